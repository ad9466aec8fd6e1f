package io.rqorchestrator.cli;

import io.rqorchestrator.config.InvalidSetting;
import io.rqorchestrator.history.HistoryReader;
import io.rqorchestrator.history.PoolHistory;
import io.rqorchestrator.plot.PoolPicture;
import io.rqorchestrator.plot.PoolPicture.Moment;
import io.rqorchestrator.plot.PoolPicture.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plot}: draws a pool's history. */
@Command(
    name = "plot",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Draws the history of a pool: workers, utilization and queue over time.")
final class PlotCommand implements Callable<Integer> {

  @Parameters(paramLabel = "HISTORY", description = "What worker-pool --history-file wrote.")
  private Path file = Path.of("");

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE.svg",
      required = true,
      description = "The picture to write.")
  private Path out = Path.of("");

  @Option(
      names = "--title",
      paramLabel = "TEXT",
      description = "Its title. Default: the pool's name.")
  private @Nullable String title;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
  private CommandSpec spec;

  @Override
  public Integer call() throws CannotRun {
    PoolHistory history = read();
    if (history.samples().isEmpty()) {
      throw new CannotRun(file + " holds no sample: give the file of worker-pool --history-file");
    }
    Instant begun = history.samples().get(0).at();
    PoolPicture picture =
        new PoolPicture(
            title == null ? "Pool " + history.name() : title,
            history.min(),
            history.max(),
            history.threshold(),
            history.samples().stream()
                .map(
                    sample ->
                        new Moment(
                            seconds(begun, sample.at()),
                            sample.active(),
                            sample.live(),
                            sample.utilization(),
                            sample.queued()))
                .toList(),
            history.steps().stream()
                .map(step -> new Step(seconds(begun, step.at()), step.grows(), step.text()))
                .toList());
    try {
      Files.writeString(out, picture.svg());
    } catch (IOException e) {
      throw new CannotRun("--out (" + out + ") cannot be written: " + e);
    }
    if (history.skipped() > 0) {
      spec.commandLine().getErr().println(history.skipped() + " unreadable lines were skipped");
    }
    spec.commandLine().getOut().println(out);
    return 0;
  }

  private PoolHistory read() {
    try {
      return HistoryReader.read(file);
    } catch (IOException e) {
      throw new InvalidSetting("HISTORY", file, "must be a readable file");
    }
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1000.0;
  }
}
