package io.rqorchestrator.cli;

import io.rqorchestrator.config.InvalidSetting;
import io.rqorchestrator.control.Command;
import io.rqorchestrator.daemon.CannotRun;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code scale}: holds a running pool at a size. */
@CommandLine.Command(
    name = "scale",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Holds a pool at a size, whatever the load, until scale auto. Survives a restart of the"
          + " daemon.",
      "Workers above the size finish their jobs first."
    })
final class ScaleCommand implements Callable<Integer> {

  private static final String RULE = "must be a number of workers, +N, -N or auto";

  @Mixin private final TargetOptions target = new TargetOptions();

  @Parameters(
      paramLabel = "SIZE",
      description = "Number of workers; +N or -N: more or fewer than now; auto: follow the load.")
  private String size = "";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
  private CommandSpec spec;

  /** Its command line, which does not take -1 for an option. */
  static CommandLine line() {
    return new CommandLine(new ScaleCommand()).setUnmatchedOptionsArePositionalParams(true);
  }

  @Override
  public Integer call() throws CannotRun {
    spec.commandLine().getOut().println(target.give(parse(size)));
    return 0;
  }

  private static Command parse(String size) {
    if (size.equals("auto")) {
      return new Command.Auto();
    }
    if (!size.matches("[+-]?[0-9]{1,6}")) {
      throw new InvalidSetting("SIZE", size, RULE);
    }
    int number = Integer.parseInt(size);
    boolean relative = size.startsWith("+") || size.startsWith("-");
    return relative ? new Command.ScaleBy(number) : new Command.Scale(number);
  }
}
