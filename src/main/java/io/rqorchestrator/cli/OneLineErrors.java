package io.rqorchestrator.cli;

import io.rqorchestrator.config.InvalidSetting;
import io.rqorchestrator.config.RedisAddress;
import io.rqorchestrator.daemon.CannotRun;
import io.rqorchestrator.daemon.Journal;
import io.rqorchestrator.terminal.Texts;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints errors as one line: name, value, rule, and what to do. */
final class OneLineErrors {

  /** A URL up to the next blank or quote. The URL in the text of our own rule has brackets. */
  private static final Pattern URL = Pattern.compile("(?i)(?:rediss?|unix)://(?!\\[\\[)[^\\s']*");

  private OneLineErrors() {}

  /** Reports a wrong command line; the exit code is 2. */
  static int wrongUsage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    if (e instanceof UnmatchedArgumentException unmatched && command.getParent() == null) {
      print(
          command,
          "%s is no command: must be one of %s"
              .formatted(
                  unmatched.getUnmatched().get(0),
                  String.join(", ", command.getSubcommands().keySet())));
    } else if (e instanceof MissingParameterException missing
        && !missing.getMissing().isEmpty()
        && missing.getMissing().get(0) instanceof OptionSpec option) {
      print(command, needsValue(option));
    } else {
      print(command, source(e, args).map(name -> name + ": ").orElse("") + e.getMessage());
    }
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  /** The hint has {@code =}, because without it the next word would be taken for the value. */
  private static String needsValue(OptionSpec option) {
    return "%s needs a value, as in %s=%s: %s"
        .formatted(
            option.longestName(),
            option.longestName(),
            option.paramLabel(),
            String.join(" ", option.description()));
  }

  /** The environment variable that has the wrong value, if it comes from one. */
  private static Optional<String> source(ParameterException e, String[] args) {
    return e.getArgSpec() instanceof OptionSpec option
            && e.getCommandLine().getDefaultValueProvider() instanceof EnvironmentDefaults variables
        ? variables.source(option, List.of(args))
        : Optional.empty();
  }

  /**
   * Reports a command that failed: exit code 2 for a wrong setting, else 1 or the exception's own.
   */
  static int failed(Exception e, CommandLine command, ParseResult parsed) {
    if (e instanceof InvalidSetting) {
      print(command, e.getMessage());
      return command.getCommandSpec().exitCodeOnInvalidInput();
    }
    if (e instanceof CannotRun reason) {
      print(command, reason.getMessage());
      return reason.exitCode();
    }
    print(command, "internal error: " + e);
    return command.getCommandSpec().exitCodeOnExecutionException();
  }

  /** The message in one line, its URLs without user and password. */
  static String withoutSecrets(String message) {
    String line = message.replaceAll("\\s*\\R\\s*", " ");
    return URL.matcher(line)
        .replaceAll(url -> Matcher.quoteReplacement(RedisAddress.withoutSecrets(url.group())));
  }

  private static void print(CommandLine command, @Nullable String message) {
    // The message may quote another user's pool, or a URL in a misspelt option.
    String line = Texts.harmless(withoutSecrets(String.valueOf(message)));
    String priority = Journal.errorPrefix(System.getenv());
    command.getErr().println(priority + command.getCommandSpec().qualifiedName() + ": " + line);
    command.getErr().flush();
  }
}
