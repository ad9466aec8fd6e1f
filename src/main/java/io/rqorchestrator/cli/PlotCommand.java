package io.rqorchestrator.cli;

import io.rqorchestrator.config.InvalidSetting;
import io.rqorchestrator.daemon.CannotRun;
import io.rqorchestrator.history.HistoryReader;
import io.rqorchestrator.history.PoolHistory;
import io.rqorchestrator.plot.PoolPicture;
import io.rqorchestrator.plot.PoolPicture.Moment;
import io.rqorchestrator.plot.PoolPicture.PlottedStep;
import io.rqorchestrator.plot.PoolPicture.SizeRange;
import io.rqorchestrator.plot.PoolPicture.StepKind;
import io.rqorchestrator.process.IoProblem;
import io.rqorchestrator.terminal.Texts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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

  @Parameters(
      paramLabel = "HISTORY",
      description = "The file that worker-pool --history-file wrote.")
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
      description = "Title of the picture. Default: the pool's name.")
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
    write(picture(history).svg());
    if (history.skipped() > 0) {
      spec.commandLine()
          .getErr()
          .printf(
              "%s: skipped %d of %d lines that could not be read%n",
              spec.qualifiedName(), history.skipped(), history.lines());
    }
    spec.commandLine().getOut().println(Texts.harmless(out.toString()));
    return 0;
  }

  private PoolHistory read() {
    try {
      return HistoryReader.read(file);
    } catch (IOException e) {
      throw new InvalidSetting("HISTORY", file, "must be a readable file");
    }
  }

  private void write(String svg) throws CannotRun {
    try {
      if (Files.exists(out) && Files.isSameFile(out, file)) {
        throw new InvalidSetting("--out", out, "must not be the history itself");
      }
      Files.writeString(out, svg);
    } catch (IOException e) {
      throw new CannotRun("--out (" + out + ") cannot be written: " + IoProblem.text(e));
    }
  }

  private PoolPicture picture(PoolHistory history) {
    Instant begun = history.begun();
    String name = history.start().map(start -> "Pool " + start.name()).orElse("Pool");
    return new PoolPicture(
        title == null ? name : title,
        history.start().map(start -> new SizeRange(start.min(), start.max(), start.threshold())),
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
            .map(
                step ->
                    new PlottedStep(
                        seconds(begun, step.at()),
                        StepKind.valueOf(step.change().name()),
                        step.text()))
            .toList(),
        List.of(),
        Optional.empty());
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1000.0;
  }
}
