package io.rqorchestrator.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.MemoryEvent;
import io.rqorchestrator.event.OperatorEvent;
import io.rqorchestrator.event.PoolEvent;
import io.rqorchestrator.event.ScalingEvent;
import io.rqorchestrator.event.WorkerEvent;
import io.rqorchestrator.history.PoolHistory.Change;
import io.rqorchestrator.history.PoolHistory.RecordedStart;
import io.rqorchestrator.history.PoolHistory.Sample;
import io.rqorchestrator.history.PoolHistory.Step;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.rq.Histogram;
import io.rqorchestrator.rq.Histograms;
import io.rqorchestrator.scaling.Aim;
import io.rqorchestrator.scaling.Reason;
import io.rqorchestrator.scaling.ScalingDecision;
import io.rqorchestrator.time.Tick;
import io.rqorchestrator.time.Ticks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HistoryReaderTest {

  private static final Event STARTED =
      new PoolEvent.PoolStarted(
          "mail",
          "0123",
          2,
          5,
          new Aim.Utilization(0.5),
          Duration.ofSeconds(30),
          List.of("default"),
          "redis://h");

  private static final Optional<Histogram> ENDED =
      Optional.of(new Histogram(45.5, Histograms.of(0.505, 90).counts()));

  @TempDir private Path directory;

  private static Event measured(int active, int live, double utilization, long queued) {
    return new ScalingEvent.Measured(
        utilization * active,
        Duration.ofSeconds(30),
        utilization,
        active,
        live,
        1,
        queued,
        Optional.of(Duration.ofSeconds(2)),
        90,
        45.5,
        Histograms.of(0.505, 90).counts());
  }

  private static Event grown(boolean repeated) {
    return new ScalingEvent.Decided(
        new ScalingDecision.Grow(2, 3, new Reason(Reason.Code.ABOVE_THRESHOLD, "too busy")),
        repeated);
  }

  private Path file() {
    return directory.resolve("history.jsonl");
  }

  private void write(Tick at, Event... events) {
    HistoryFile file = new HistoryFile(file(), Runnable::run);
    for (Event event : events) {
      file.accept(at, event);
    }
  }

  private PoolHistory readOf(String... lines) throws IOException {
    Files.writeString(file(), String.join("\n", lines));
    return HistoryReader.read(file());
  }

  private static String sample(String time, String rest) {
    return "{\"time\":\"%s\",\"event\":\"measured\",\"active\":2,\"live\":2,%s}"
        .formatted(time, rest);
  }

  private static String sample(String time) {
    return sample(time, "\"utilization\":0.5,\"queued\":1");
  }

  @Test
  void readsWhatTheDaemonWrites() throws IOException {
    write(Ticks.at(0), STARTED);
    write(Ticks.at(1), measured(2, 2, 0.83, 12), grown(false));
    write(Ticks.at(2), measured(3, 4, 0.41, 0), new OperatorEvent.StopRequested("TERM", false, 3));
    PoolHistory history = HistoryReader.read(file());
    assertThat(history.begun()).isEqualTo(Ticks.at(0).wall());
    assertThat(history.start())
        .contains(new RecordedStart("mail", 2, 5, OptionalDouble.of(0.5), 1));
    assertThat(history.samples())
        .containsExactly(
            new Sample(Ticks.at(1).wall(), 2, 2, 0.83, 12, 1, ENDED),
            new Sample(Ticks.at(2).wall(), 3, 4, 0.41, 0, 1, ENDED));
    assertThat(history.steps())
        .containsExactly(
            new Step(Ticks.at(1).wall(), Change.GROW, "grow 2 -> 3: too busy"),
            new Step(Ticks.at(2).wall(), Change.STOP, "stop: TERM"));
    assertThat(history.lines()).isEqualTo(5);
    assertThat(history.skipped()).isZero();
  }

  @Test
  void tellsHowLongWorkersTookToStart() throws IOException {
    write(
        Ticks.at(1),
        new WorkerEvent.WorkerAdopted(new WorkerId(1), 4710, Role.CORE),
        new WorkerEvent.WorkerReady(new WorkerId(1), 4710, Duration.ofMillis(10)),
        new WorkerEvent.WorkerReady(new WorkerId(2), 4711, Duration.ofMillis(600)),
        new WorkerEvent.WorkerReady(new WorkerId(3), 4712, Duration.ofMillis(1400)));
    assertThat(HistoryReader.read(file()).startDelays())
        .as("an adopted one had started before")
        .containsExactly(Duration.ofMillis(600), Duration.ofMillis(1400));
  }

  @Test
  void aSampleOfAnEarlierVersionTellsNothingOfJobs() throws IOException {
    assertThat(readOf(sample("2026-11-25T12:00:01Z")).samples())
        .singleElement()
        .satisfies(sample -> assertThat(sample.jobs()).isEmpty());
  }

  @Test
  void takesADecisionThatIsRepeatedOrHoldsForNoStep() throws IOException {
    Reason reason = new Reason(Reason.Code.BELOW_HALF_THRESHOLD, "idle");
    write(
        Ticks.at(1),
        new ScalingEvent.Decided(new ScalingDecision.Hold(3, reason), false),
        new ScalingEvent.Decided(new ScalingDecision.Shrink(3, 2, reason), false),
        new ScalingEvent.Decided(new ScalingDecision.Shrink(3, 2, reason), true));
    assertThat(HistoryReader.read(file()).steps())
        .singleElement()
        .isEqualTo(new Step(Ticks.at(1).wall(), Change.SHRINK, "shrink 3 -> 2: idle"));
  }

  @Test
  void passesOverEventsThatItDoesNotKnow() throws IOException {
    write(Ticks.at(0), new PoolEvent.PoolStopped(0));
    Files.writeString(
        file(),
        Files.readString(file())
            + "{\"time\":\"2026-11-25T12:00:01Z\",\"event\":\"teleported\",\"to\":[1,{}]}\n");
    PoolHistory history = HistoryReader.read(file());
    assertThat(history.skipped()).isZero();
    assertThat(history.samples()).isEmpty();
  }

  @Test
  void readsAnEmptyFile() throws IOException {
    PoolHistory history = readOf();
    assertThat(history.samples()).isEmpty();
    assertThat(history.start()).isEmpty();
    assertThat(history.begun()).isEqualTo(Instant.EPOCH);
    assertThat(history.lines()).isZero();
  }

  @Test
  void skipsALineThatWasCutAtAnyByte() throws IOException {
    write(
        Ticks.at(0),
        measured(2, 2, 0.5, 0),
        new PoolEvent.Unguarded("Gr\u00FC\u00DFe \uD83D\uDE80"));
    byte[] whole = Files.readAllBytes(file());
    int first = new String(whole, StandardCharsets.UTF_8).indexOf('\n') + 1;
    for (int length = first + 1; length < whole.length - 1; length++) {
      Files.write(file(), Arrays.copyOf(whole, length));
      PoolHistory history = HistoryReader.read(file());
      assertThat(history.samples()).hasSize(1);
      assertThat(history.skipped()).isOne();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "not JSON",
        "{}",
        "{\"time\":\"2026-11-25T12:00:00Z\"}",
        "{\"time\":\"yesterday\",\"event\":\"measured\"}",
        "{\"time\":\"+1000000000-12-31T23:59:59Z\",\"event\":\"measured\"}",
        "{\"time\":\"2026-11-25T12:00:00Z\",\"event\":\"measured\",\"active\":{}}",
        "{\"time\":\"2026-11-25T12:00:00Z\",\"event\":\"decided\",\"decision\":\"panic\"}",
        "\u0000\u0000\u0000\u0000",
      })
  void skipsALineThatMakesNoSenseAndReadsOn(String line) throws IOException {
    PoolHistory history =
        readOf(sample("2026-11-25T12:00:00Z"), line, sample("2026-11-25T12:00:01Z"));
    assertThat(history.samples()).hasSize(2);
    assertThat(history.skipped()).isOne();
    assertThat(history.lines()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1e999", "1e99", "\"NaN\"", "\"Infinity\"", "\"x\""})
  void skipsASampleWhoseNumbersCannotBeDrawn(String number) throws IOException {
    PoolHistory history =
        readOf(
            sample("2026-11-25T12:00:00Z", "\"queued\":0,\"utilization\":" + number),
            sample("2026-11-25T12:00:00Z", "\"utilization\":0,\"queued\":" + number));
    assertThat(history.samples()).isEmpty();
    assertThat(history.skipped()).isEqualTo(2);
  }

  @Test
  void tellsWhatAWorkerTookOnAverageAndWhatServedThemAll() throws IOException {
    write(Ticks.at(0), new MemoryEvent.MemoryTaken(400, 80, 20, 3, 90, 120));
    PoolHistory history = HistoryReader.read(file());
    assertThat(history.workerBytes()).containsExactly(100L);
    assertThat(history.daemonBytes()).containsExactly(100L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[0,1]", "[]", "[-1]", "{}", "7"})
  void skipsASampleWhoseJobsAreNoHistogram(String durations) throws IOException {
    PoolHistory history =
        readOf(
            sample(
                "2026-11-25T12:00:00Z",
                "\"queued\":0,\"utilization\":0,\"job_seconds\":1,\"job_durations\":" + durations));
    assertThat(history.samples()).isEmpty();
    assertThat(history.skipped()).isOne();
  }

  @Test
  void takesTheBoundsOfTheLastStart() throws IOException {
    write(Ticks.at(0), STARTED);
    write(
        Ticks.at(9),
        new PoolEvent.PoolStarted(
            "mail",
            "0123",
            1,
            9,
            new Aim.Utilization(0.7),
            Duration.ZERO,
            List.of("a"),
            "redis://h"));
    assertThat(HistoryReader.read(file()).start())
        .contains(new RecordedStart("mail", 1, 9, OptionalDouble.of(0.7), 1));
  }

  @Test
  void goesOnFromWhereItWasWhenTheClockIsSetBack() throws IOException {
    PoolHistory history =
        readOf(
            sample("2026-11-25T12:00:00Z"),
            sample("2026-11-25T12:00:10Z"),
            sample("2026-11-25T11:00:00Z"),
            sample("2026-11-25T11:00:05Z"));
    assertThat(history.samples().stream().map(Sample::at))
        .containsExactly(
            Instant.parse("2026-11-25T12:00:00Z"),
            Instant.parse("2026-11-25T12:00:10Z"),
            Instant.parse("2026-11-25T12:00:10Z"),
            Instant.parse("2026-11-25T12:00:15Z"));
  }

  @Test
  void saysThatAFileCannotBeRead() {
    assertThatThrownBy(() -> HistoryReader.read(directory.resolve("none")))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> HistoryReader.read(directory)).isInstanceOf(IOException.class);
  }
}
