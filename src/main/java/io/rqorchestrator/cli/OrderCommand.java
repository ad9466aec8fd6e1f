package io.rqorchestrator.cli;

import io.rqorchestrator.control.Command;
import io.rqorchestrator.daemon.CannotRun;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command to a running pool that has no arguments, such as {@code pause}. */
@CommandLine.Command(mixinStandardHelpOptions = true, versionProvider = Version.class)
final class OrderCommand implements Callable<Integer> {

  private final Command command;

  @Mixin private final TargetOptions target = new TargetOptions();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
  private CommandSpec spec;

  private OrderCommand(Command command) {
    this.command = command;
  }

  /** The command lines of all these commands. */
  static List<CommandLine> all() {
    return List.of(
        of(
            new Command.Pause(),
            "Stops scaling: workers go on, and dead ones are replaced. Survives a restart of the"
                + " daemon."),
        of(new Command.Resume(), "Ends a pause."),
        of(
            new Command.Restart(),
            "Replaces every worker, one after the other, and interrupts no job."),
        of(new Command.Drain(), "Stops the pool; every worker finishes its job first."));
  }

  private static CommandLine of(Command command, String description) {
    CommandLine line = new CommandLine(new OrderCommand(command));
    line.setCommandName(command.describe());
    line.getCommandSpec().usageMessage().description(description);
    return line;
  }

  @Override
  public Integer call() throws CannotRun {
    spec.commandLine().getOut().println(target.give(command));
    return 0;
  }
}
