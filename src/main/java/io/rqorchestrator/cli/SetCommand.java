package io.rqorchestrator.cli;

import io.rqorchestrator.config.InvalidSetting;
import io.rqorchestrator.control.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
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
      "They are what the options of the same names are: min-workers, max-workers,"
          + " utilization-threshold."
    })
final class SetCommand implements Callable<Integer> {

  @Mixin private final TargetOptions target = new TargetOptions();

  @Parameters(
      arity = "1..*",
      paramLabel = "SETTING=VALUE",
      description = "Such as max-workers=12 utilization-threshold=0.7.")
  private List<String> settings = new ArrayList<>();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
  private CommandSpec spec;

  @Override
  public Integer call() throws CannotRun {
    OptionalInt min = OptionalInt.empty();
    OptionalInt max = OptionalInt.empty();
    OptionalDouble threshold = OptionalDouble.empty();
    for (String setting : settings) {
      String[] parts = setting.split("=", 2);
      String value = parts.length == 2 ? parts[1] : "";
      switch (parts[0].replaceFirst("^--", "")) {
        case "min-workers" -> min = OptionalInt.of(count("min-workers", value));
        case "max-workers" -> max = OptionalInt.of(count("max-workers", value));
        case "utilization-threshold" -> threshold = OptionalDouble.of(share(value));
        default ->
            throw new InvalidSetting(
                "SETTING",
                setting,
                "must be min-workers=N, max-workers=N or utilization-threshold=T; other options"
                    + " take a restart of the daemon, which loses no job");
      }
    }
    spec.commandLine().getOut().println(target.give(new Command.Set(min, max, threshold)));
    return 0;
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
