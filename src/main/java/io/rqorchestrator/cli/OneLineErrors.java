package io.rqorchestrator.cli;

import io.rqorchestrator.config.InvalidSetting;
import io.rqorchestrator.terminal.Texts;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Errors as users see them: one line with name, value, rule and what to do. */
final class OneLineErrors {

  private OneLineErrors() {}

  /** A wrong command line: exit code 2, and nothing was started. */
  static int wrongUsage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    if (e instanceof UnmatchedArgumentException unmatched && command.getParent() == null) {
      print(
          command,
          "%s is no command: must be one of %s"
              .formatted(
                  unmatched.getUnmatched().get(0),
                  String.join(", ", command.getSubcommands().keySet())));
    } else {
      print(command, source(e, args).map(name -> name + ": ").orElse("") + e.getMessage());
    }
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  /** The variable that is to blame, if it is one. */
  private static Optional<String> source(ParameterException e, String[] args) {
    return e.getArgSpec() instanceof OptionSpec option
            && e.getCommandLine().getDefaultValueProvider() instanceof EnvironmentDefaults variables
        ? variables.source(option, List.of(args))
        : Optional.empty();
  }

  /** A command that could not do its work: exit code 1; 2 if a setting was to blame. */
  static int failed(Exception e, CommandLine command, ParseResult parsed) {
    if (e instanceof InvalidSetting) {
      print(command, e.getMessage());
      return command.getCommandSpec().exitCodeOnInvalidInput();
    }
    print(command, e instanceof CannotRun ? e.getMessage() : "internal error: " + e);
    return command.getCommandSpec().exitCodeOnExecutionException();
  }

  private static void print(CommandLine command, @Nullable String message) {
    // It may quote what a pool of somebody else's has said.
    String line = Texts.harmless(String.valueOf(message).replaceAll("\\s*\\R\\s*", " "));
    command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + line);
    command.getErr().flush();
  }
}
