package io.rqorchestrator.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options on the command line itself, without those from the environment. An option on the
 * command line also wins over an option in the environment that it excludes. If both are in the
 * same place, the user gets an error.
 */
final class Given {

  private final ParseResult parsed;

  private Given(ParseResult parsed) {
    this.parsed = parsed;
  }

  /** Of a command that is being run. */
  static Given of(CommandSpec spec) {
    return new Given(spec.commandLine().getParseResult());
  }

  /** Whether the option is on the command line. */
  boolean has(String option) {
    return parsed.hasMatchedOption(option);
  }

  /**
   * Whether {@code option} is on the command line and {@code excluded} is not: the latter is
   * ignored.
   */
  boolean overrules(String option, String excluded) {
    return has(option) && !has(excluded);
  }
}
