package io.rqorchestrator.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * What stands on the command line itself. An option there also wins over another one in the
 * environment that it excludes; two of them in the same place are the user's to mend.
 */
final class Given {

  private final ParseResult parsed;

  private Given(ParseResult parsed) {
    this.parsed = parsed;
  }

  /** Of a command that runs. */
  static Given of(CommandSpec spec) {
    return new Given(spec.commandLine().getParseResult());
  }

  /** Whether the option is there, rather than in the environment or nowhere. */
  boolean has(String option) {
    return parsed.hasMatchedOption(option);
  }

  /** Whether the first is there and the second is not, which then does not count. */
  boolean overrules(String option, String excluded) {
    return has(option) && !has(excluded);
  }
}
