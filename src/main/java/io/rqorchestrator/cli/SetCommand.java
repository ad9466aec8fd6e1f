package io.rqorchestrator.cli;

import io.rqorchestrator.config.Durations;
import io.rqorchestrator.config.InvalidSetting;
import io.rqorchestrator.control.Command;
import io.rqorchestrator.daemon.CannotRun;
import io.rqorchestrator.scaling.Aim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code set}: changes settings of a running pool. */
@CommandLine.Command(
    name = "set",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Changes settings of a running pool until its daemon ends.",
      "The settings have the names of the options: min-workers, max-workers, utilization-threshold,"
          + " target-wait.",
      "A target-wait replaces the threshold, and a utilization-threshold replaces a target wait."
    })
final class SetCommand implements Callable<Integer> {

  @Mixin private final TargetOptions target = new TargetOptions();

  @Parameters(
      arity = "1..*",
      paramLabel = "SETTING=VALUE",
      description = "Such as max-workers=12 utilization-threshold=0.7, or target-wait=2s.")
  private List<String> settings = new ArrayList<>();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
  private CommandSpec spec;

  /** Its command line, which also takes {@code --max-workers=3}. */
  static CommandLine line() {
    return new CommandLine(new SetCommand()).setUnmatchedOptionsArePositionalParams(true);
  }

  @Override
  public Integer call() throws CannotRun {
    OptionalInt min = OptionalInt.empty();
    OptionalInt max = OptionalInt.empty();
    Optional<Aim> aim = Optional.empty();
    for (String setting : settings) {
      String[] parts = setting.split("=", 2);
      String value = parts.length == 2 ? parts[1] : "";
      switch (parts[0].replaceFirst("^--", "")) {
        case "min-workers" -> min = OptionalInt.of(count("min-workers", value));
        case "max-workers" -> max = OptionalInt.of(count("max-workers", value));
        case "utilization-threshold" -> aim = only(aim, setting, new Aim.Utilization(share(value)));
        case "target-wait" -> aim = only(aim, setting, new Aim.Wait(duration(value)));
        default ->
            throw new InvalidSetting(
                "SETTING",
                setting,
                "must be min-workers=N, max-workers=N, utilization-threshold=T or"
                    + " target-wait=DURATION; other options need a restart of the daemon, which"
                    + " loses no job");
      }
    }
    spec.commandLine().getOut().println(target.give(new Command.Set(min, max, aim)));
    return 0;
  }

  private static Optional<Aim> only(Optional<Aim> before, String setting, Aim aim) {
    if (before.isPresent()) {
      throw new InvalidSetting(
          "SETTING",
          setting,
          "must not be given with " + before.get().describe() + ": a pool has only one of them");
    }
    return Optional.of(aim);
  }

  private static Duration duration(String value) {
    try {
      return Durations.parse(value);
    } catch (IllegalArgumentException e) {
      throw new InvalidSetting("target-wait", value, "must be a duration such as 500ms, 2s or 1m");
    }
  }

  private static int count(String name, String value) {
    if (!value.matches("[0-9]{1,6}")) {
      throw new InvalidSetting(name, value, "must be a number of workers");
    }
    return Integer.parseInt(value);
  }

  private static double share(String value) {
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new InvalidSetting(
          "utilization-threshold", value, "must be a number above 0 and at most 0.9");
    }
  }
}
