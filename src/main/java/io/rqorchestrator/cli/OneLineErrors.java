package io.rqorchestrator.cli;

import io.rqorchestrator.config.InvalidSetting;
import io.rqorchestrator.terminal.Texts;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Errors as users see them: one line with name, value, rule and what to do. */
final class OneLineErrors {

  private OneLineErrors() {}

  /** A wrong command line: exit code 2, and nothing was started. */
  static int wrongUsage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    print(command, e.getMessage());
    return command.getCommandSpec().exitCodeOnInvalidInput();
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
