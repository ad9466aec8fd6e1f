package io.rqorchestrator.cli;

import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program without a command. */
@Command(
    name = "rq-orchestrator",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "A worker pool for RQ (Python Redis Queue) that follows the load.",
    subcommands = GenerateCompletion.class)
final class RqOrchestrator implements Runnable {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "no command given: try rq-orchestrator worker-pool, or --help");
  }
}
