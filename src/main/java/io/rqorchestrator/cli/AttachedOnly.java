package io.rqorchestrator.cli;

import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * For an option whose value may be left out: only {@code --option=VALUE} gives one. What follows
 * after a blank is the next argument, such as a queue.
 */
final class AttachedOnly implements IParameterPreprocessor {

  @Override
  @SuppressWarnings("JdkObsolete") // picocli's own signature
  public boolean preprocess(
      Stack<String> arguments, CommandSpec command, ArgSpec option, Map<String, Object> info) {
    if (" ".equals(info.get("separator")) && !isDefault(arguments, command, option)) {
      arguments.push(((OptionSpec) option).fallbackValue());
    }
    return false;
  }

  /** A default comes the same way as a value behind a blank, but alone. */
  @SuppressWarnings("JdkObsolete")
  private static boolean isDefault(Stack<String> arguments, CommandSpec command, ArgSpec option) {
    try {
      String value = command.defaultValueProvider().defaultValue(option);
      return value != null && arguments.size() == 1 && arguments.peek().equals(value);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
