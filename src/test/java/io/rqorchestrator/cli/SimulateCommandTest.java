package io.rqorchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.rqorchestrator.event.MemoryEvent;
import io.rqorchestrator.event.ScalingEvent;
import io.rqorchestrator.event.WorkerEvent;
import io.rqorchestrator.history.HistoryFile;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.rq.Histograms;
import io.rqorchestrator.time.Tick;
import io.rqorchestrator.time.Ticks;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code simulate} through the real command line. */
final class SimulateCommandTest {

  private final StringWriter printed = new StringWriter();
  private final StringWriter complained = new StringWriter();

  @TempDir private Path directory;

  private int simulate(String... arguments) {
    CommandLine commandLine = Main.commandLine(Map.of(), List.of());
    commandLine.setOut(new PrintWriter(printed));
    commandLine.setErr(new PrintWriter(complained));
    String[] words = new String[arguments.length + 1];
    words[0] = "simulate";
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    return commandLine.execute(words);
  }

  private JsonObject json(String... arguments) {
    String[] words = Arrays.copyOf(arguments, arguments.length + 1);
    words[arguments.length] = "--json";
    assertThat(simulate(words)).as(complained.toString()).isZero();
    return JsonParser.parseString(printed.toString()).getAsJsonObject();
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content).toString();
  }

  /** A pool of one worker that ended ten jobs of two seconds, one every ten seconds. */
  private Path history() {
    Path file = directory.resolve("history.jsonl");
    HistoryFile history = new HistoryFile(file, Runnable::run);
    Tick begin = Ticks.at(0);
    history.accept(
        begin, new MemoryEvent.MemoryTaken(90 << 20, 60 << 20, 0, 1, 30 << 20, 30 << 20));
    history.accept(
        begin, new WorkerEvent.WorkerReady(new WorkerId(1), 4711, Duration.ofMillis(1500)));
    for (int i = 0; i <= 10; i++) {
      history.accept(begin.plus(Duration.ofSeconds(10L * i)), measured(i));
    }
    return file;
  }

  private static ScalingEvent.Measured measured(int jobs) {
    return new ScalingEvent.Measured(
        0.2,
        Duration.ofSeconds(30),
        0.2,
        1,
        1,
        0,
        0,
        Optional.empty(),
        jobs,
        jobs * 2.0,
        Histograms.of(2, jobs).counts());
  }

  @Test
  void printsWhatCameOfIt() {
    assertThat(simulate("--workload", "poisson:rate=2,mean=1s,for=5m", "--max-workers=6")).isZero();
    assertThat(printed.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("workload: poisson:rate=2,mean=1s,for=5m"),
            line ->
                assertThat(line)
                    .matches(" +\\d+ jobs in 5m, load [12]\\.\\d\\d; workers start in 600ms"),
            line -> assertThat(line).isEmpty(),
            line -> assertThat(line).contains("wait: mean", "p95", "hours", "efficiency"),
            line -> assertThat(line).matches("rule, threshold 0\\.5 .*s .*%.*"));
    assertThat(complained.toString()).isEmpty();
  }

  @Test
  void theSameSeedPrintsTheSameAndAnotherSomethingElse() {
    List<String> texts =
        List.of("1", "1", "2").stream()
            .map(
                seed -> {
                  printed.getBuffer().setLength(0);
                  assertThat(simulate("--workload", "flash", "--seed", seed)).isZero();
                  return printed.toString();
                })
            .toList();

    assertThat(texts.get(1)).isEqualTo(texts.get(0));
    assertThat(texts.get(2)).isNotEqualTo(texts.get(0));
  }

  @Test
  void comparesWithStaticPools() {
    JsonArray results =
        json("--workload", "bursts", "--compare", "--min-workers=2", "--max-workers=6")
            .getAsJsonArray("results");
    assertThat(results)
        .extracting(result -> result.getAsJsonObject().get("name").getAsString())
        .containsExactly("rule, threshold 0.5", "target wait 1s", "static 2", "static 6");

    JsonObject least = results.get(results.size() - 2).getAsJsonObject();
    JsonObject most = results.get(results.size() - 1).getAsJsonObject();
    assertThat(least.get("peak_workers").getAsInt()).isEqualTo(2);
    assertThat(most.get("mean_workers").getAsDouble()).isCloseTo(6, within(0.01));
    assertThat(wait(most, "p95")).isLessThan(wait(least, "p95"));
  }

  private static double wait(JsonObject result, String number) {
    return result.getAsJsonObject("wait").get(number).getAsDouble();
  }

  @Test
  void eachWorkloadIsAQueueInPriorityOrder() throws IOException {
    String urgent = "csv:" + file("urgent.csv", "10,4\n11,1\n");
    String patient = "csv:" + file("patient.csv", "9,4\n9,4\n");
    JsonObject result =
        json("--workload", urgent, "--workload", patient, "--max-workers=1")
            .getAsJsonArray("results")
            .get(0)
            .getAsJsonObject();
    JsonArray queues = result.getAsJsonArray("wait_by_queue");
    assertThat(queues.get(0).getAsJsonObject().get("max").getAsDouble()).isEqualTo(6);
    assertThat(queues.get(1).getAsJsonObject().get("max").getAsDouble()).isEqualTo(9);

    printed.getBuffer().setLength(0);
    simulate("--workload", urgent, "--workload", patient, "--max-workers=1");
    assertThat(printed.toString()).contains("  queue 1 ", "  queue 2 ");
  }

  @Test
  void theStartDelayIsWaitedFor() throws IOException {
    String one = "csv:" + file("one.csv", "0,1\n");
    JsonObject result =
        json("--workload", one, "--start-delay=7s")
            .getAsJsonArray("results")
            .get(0)
            .getAsJsonObject();
    assertThat(wait(result, "max")).isCloseTo(7, within(0.01));
  }

  @Test
  void aStartMayTakeLongerThanAnyStartTimeout() throws IOException {
    String one = "csv:" + file("one.csv", "0,1\n");
    JsonObject result =
        json("--workload", one, "--start-delay=5m")
            .getAsJsonArray("results")
            .get(0)
            .getAsJsonObject();
    assertThat(wait(result, "max")).isCloseTo(300, within(0.01));
  }

  @Test
  void replaysAHistoryWithItsStartDelay() {
    JsonObject report = json("--workload", "history:" + history());
    assertThat(report.get("jobs").getAsInt()).isEqualTo(10);
    assertThat(report.get("load").getAsDouble()).isCloseTo(0.2, within(0.001));
    assertThat(report.get("start_delay").getAsDouble())
        .as("half the ten seconds between samples less, but not below 0")
        .isZero();

    JsonObject result = report.getAsJsonArray("results").get(0).getAsJsonObject();
    assertThat(result.get("peak_memory").getAsLong())
        .as("a worker takes 30 MB and the daemon 60 MB, as they did then")
        .isEqualTo((60L << 20) + result.get("peak_workers").getAsLong() * (30L << 20));
  }

  @Test
  void readsAHistoryThatWasCutInTheMiddleUpToThereAndSaysSo() throws IOException {
    Path file = history();
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 20));
    assertThat(json("--workload", "history:" + file).get("jobs").getAsInt()).isEqualTo(9);
    assertThat(complained.toString())
        .isEqualTo("history:%s: skipped 1 of 13 lines that could not be read%n".formatted(file));
  }

  @Test
  void aimsAtAWait() {
    JsonArray results =
        json("--workload", "bursts:each=0.5s", "--target-wait=2s", "--compare")
            .getAsJsonArray("results");
    JsonObject target = results.get(0).getAsJsonObject();
    JsonObject rule = results.get(1).getAsJsonObject();
    assertThat(target.get("name").getAsString()).isEqualTo("target wait 2s");
    assertThat(wait(target, "p95")).isLessThan(wait(rule, "p95") / 2);
  }

  /** The real guard, with workers that weigh something. */
  @ParameterizedTest
  @CsvSource({
    "as measured, 155MB, 3, 151",
    "as measured, 150MB, 2, 121",
    "--daemon-memory=20MB, 155MB, 4, 140"
  })
  void aMemoryBudgetIsForTheWorkersAndTheirDaemon(
      String daemon, String budget, int peakWorkers, int peakMegabytes) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--workload=bursts:each=0.5s",
                "--target-wait=1s",
                "--memory-budget=" + budget,
                "--worker-memory=30MB"));
    if (daemon.startsWith("--")) {
      words.add(daemon);
    }
    JsonObject result =
        json(words.toArray(new String[0])).getAsJsonArray("results").get(0).getAsJsonObject();

    assertThat(result.get("peak_workers").getAsInt()).isEqualTo(peakWorkers);
    assertThat(result.get("peak_memory").getAsLong()).isEqualTo((long) peakMegabytes << 20);
  }

  /** By what workers weigh, and by what worker-pool refuses whatever they weigh. */
  @ParameterizedTest
  @CsvSource({"200MB, 60MB, 61MB", "75MB, 4MB, 41MB"})
  void comparesWithNoStaticPoolThatTheBudgetHasNoRoomFor(
      String budget, String worker, String daemon) {
    JsonArray results =
        json(
                "--workload=poisson:for=2m",
                "--compare",
                "--memory-budget=" + budget,
                "--worker-memory=" + worker,
                "--daemon-memory=" + daemon)
            .getAsJsonArray("results");

    assertThat(results)
        .extracting(result -> result.getAsJsonObject().get("name").getAsString())
        .containsExactly("rule, threshold 0.5", "target wait 1s", "static 1");
    assertThat(complained.toString().lines())
        .contains(
            "static 8 left out: its workers and the daemon do not fit into --memory-budget (%s)"
                .formatted(budget));
  }

  /** Of min workers, or of the one without which no job would ever be done. */
  @ParameterizedTest
  @CsvSource({"3, 3, 200MB, static 3", "0, 5, 80MB, 'rule, threshold 0.5'"})
  void aPoolThatTakesMoreThanItsBudgetIsSimulatedAndReported(
      int min, int max, String budget, String name) {
    json(
        "--workload=poisson:for=2m",
        "--min-workers=" + min,
        "--max-workers=" + max,
        "--memory-budget=" + budget,
        "--worker-memory=60MB");
    assertThat(complained.toString().lines())
        .containsExactly(name + " takes more than --memory-budget (" + budget + ") at its peak");
  }

  @Test
  void drawsAPicture() throws IOException {
    Path picture = directory.resolve("pool.svg");
    assertThat(simulate("--workload", "poisson:for=2m", "--compare", "--plot", picture.toString()))
        .isZero();
    assertThat(picture)
        .content(StandardCharsets.UTF_8)
        .startsWith("<svg ")
        .contains(">rule, threshold 0.5<", ">jobs waiting<", ">wait of each job, s<")
        .contains(">worker-hours<", ">static 8<", "<title>grow 1 -&gt; 2: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--workload poisson:rate=-1         | 2 | --workload (poisson:rate=-1) has rate=-1: must",
        "--workload csv:no-such-file        | 2 | --workload (csv:no-such-file) must name a",
        "--workload history:no-such-file    | 2 | --workload (history:no-such-file) must name a",
        "--workload history:FILE            | 2 | holds no sample that counts jobs",
        "--workload csv:FILE                | 2 | line 1 is '{\"time\":1}': must be two numbers",
        "--max-workers 3                    | 2 | --workload (none) must be given, such as",
        "--workload poisson --min-workers 9 | 2 | --min-workers (9) must not exceed --max-workers",
        "--workload csv:YEARS               | 2 | line 101 has duration_s '31536000': with those",
        "--workload poisson:each=365d,for=2m| 2 | 365d,for=2m) brings the work",
        "--workload poisson --start-delay 2h| 2 | --start-delay (2h) must be at most 1h",
        "--workload poisson --memory-budget 1GB | 2 | --memory-budget (1024MB) needs --worker-memory",
        "--workload poisson:rate=0.001,each=300d,for=15m | 2 | --sampling-interval (1s) means",
        "--workload poisson --min-free-memory 1GB | 2 | --min-free-memory (1024MB) cannot be",
        "--workload poisson --plot /no/dir/x| 1 | --plot (/no/dir/x) cannot be written",
      })
  void whatIsWrongIsReportedInOneLine(String arguments, int code, String expected)
      throws IOException {
    String file = file("some.file", "{\"time\":1}\n");
    String years = file("years.csv", "1,31536000\n".repeat(300));
    String words = arguments.replace("FILE", file).replace("YEARS", years);
    assertThat(simulate(words.split(" "))).isEqualTo(code);
    assertThat(complained.toString().strip().lines()).singleElement().asString().contains(expected);
  }
}
