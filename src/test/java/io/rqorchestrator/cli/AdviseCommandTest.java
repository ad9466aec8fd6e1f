package io.rqorchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code advise} through the real command line. */
final class AdviseCommandTest {

  private static final String LOAD = "poisson:rate=2,mean=1s,for=5m";

  private final StringWriter printed = new StringWriter();
  private final StringWriter complained = new StringWriter();

  @TempDir private Path directory;

  private int run(List<String> words) {
    CommandLine commandLine = Main.commandLine(Map.of(), List.of());
    commandLine.setOut(new PrintWriter(printed));
    commandLine.setErr(new PrintWriter(complained));
    return commandLine.execute(words.toArray(new String[0]));
  }

  private int advise(String... arguments) {
    List<String> words = new ArrayList<>(List.of("advise"));
    words.addAll(Arrays.asList(arguments));
    return run(words);
  }

  private JsonObject json(String... arguments) {
    List<String> words = new ArrayList<>(Arrays.asList(arguments));
    words.add("--json");
    assertThat(advise(words.toArray(new String[0]))).as(complained.toString()).isZero();
    return JsonParser.parseString(printed.toString()).getAsJsonObject();
  }

  private static double p95(JsonElement result) {
    return result.getAsJsonObject().getAsJsonObject("wait").get("p95").getAsDouble();
  }

  private static double number(JsonElement result, String name) {
    return result.getAsJsonObject().get(name).getAsDouble();
  }

  @Test
  void advisesTheCheapestSettingThatKeepsTheWait() {
    JsonObject report = json("--workload", LOAD, "--keep-wait=500ms");
    JsonObject advice = report.getAsJsonObject("advice");
    assertThat(p95(advice)).isLessThanOrEqualTo(0.5);
    assertThat(report.getAsJsonArray("frontier"))
        .filteredOn(result -> p95(result) <= 0.5)
        .allSatisfy(
            result ->
                assertThat(number(result, "worker_hours"))
                    .isGreaterThanOrEqualTo(number(advice, "worker_hours")));
  }

  @Test
  void noneOfTheFrontierBeatsAnother() {
    JsonObject report = json("--workload", LOAD);
    List<JsonElement> frontier = report.getAsJsonArray("frontier").asList();
    assertThat(frontier).hasSizeGreaterThan(2);
    assertThat(report.getAsJsonObject("advice").get("command").getAsString())
        .contains("--target-wait=");
    assertThat(number(report, "tried")).isGreaterThan(frontier.size());
    for (JsonElement one : frontier) {
      assertThat(frontier)
          .filteredOn(other -> other != one)
          .noneMatch(
              other ->
                  p95(other) <= p95(one)
                      && number(other, "worker_hours") <= number(one, "worker_hours")
                      && number(other, "peak_workers") <= number(one, "peak_workers"));
    }
  }

  @Test
  void staysWithinTheBounds() {
    JsonObject report = json("--workload", LOAD, "--min-workers=3", "--max-workers=5");
    assertThat(report.getAsJsonArray("frontier"))
        .allSatisfy(result -> assertThat(number(result, "min_workers")).isBetween(3.0, 5.0))
        .allSatisfy(result -> assertThat(number(result, "max_workers")).isBetween(3.0, 5.0));
  }

  /** Every command line that is printed, with all that was given. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--target-wait=1s --shrink-hold=4s",
        "--shrink-hold=4s --long-job=30s --max-step=3"
      })
  void workerPoolAcceptsWhatIsAdvised(String given) {
    List<String> arguments =
        new ArrayList<>(
            List.of("--workload", LOAD, "--utilization-window=20s", "--sampling-interval=500ms"));
    arguments.addAll(List.of(given.split(" ")));
    JsonObject report = json(arguments.toArray(new String[0]));
    List<String> commands = new ArrayList<>();
    report
        .getAsJsonArray("frontier")
        .forEach(result -> commands.add(result.getAsJsonObject().get("command").getAsString()));
    assertThat(commands)
        .allMatch(command -> command.contains("--utilization-window=20s"))
        .allMatch(command -> command.contains("--sampling-interval=500ms"))
        .allMatch(
            command -> command.contains("--target-wait=") == command.contains("--shrink-hold=4s"))
        .anyMatch(command -> command.contains("--target-wait="));

    for (String command : commands) {
      List<String> words = new ArrayList<>(List.of(command.split(" ")));
      assertThat(words.remove(0)).isEqualTo("rq-orchestrator");
      words.add("--dry-run");
      assertThat(run(words)).as(command + ": " + complained).isZero();
    }
  }

  @Test
  void printsTheFrontierAndAReadyCommandLine() {
    assertThat(advise("--workload", LOAD, "--worker-memory=60MB")).isZero();
    List<String> lines = printed.toString().lines().toList();
    assertThat(lines).anyMatch(line -> line.matches("\\d+ settings tried; those above are .*"));
    assertThat(lines).anyMatch(line -> line.matches("\\d\\.\\..* \\d+ MB"));
    assertThat(lines.get(lines.size() - 2)).startsWith("Cheapest that lets 95 % wait no longer");
    assertThat(lines.get(lines.size() - 1))
        .startsWith("  rq-orchestrator worker-pool --min-workers=");
  }

  @Test
  void advisesNothingThatTakesMoreThanTheBudget() {
    JsonObject report =
        json(
            "--workload=bursts:each=0.5s",
            "--keep-wait=12s",
            "--max-workers=20",
            "--memory-budget=200MB",
            "--worker-memory=60MB");

    assertThat(report.getAsJsonArray("frontier"))
        .isNotEmpty()
        .allMatch(result -> number(result, "peak_memory") <= 200 << 20);
    assertThat(number(report.get("advice"), "peak_memory")).isLessThanOrEqualTo(200 << 20);
    assertThat(complained.toString().lines())
        .containsExactly(
            "--max-workers (20) do not fit into --memory-budget (200MB): tried no static pool of"
                + " more than 2");
  }

  /** worker-pool refuses a min of ten within such a budget, whatever a worker takes. */
  @Test
  void aMaxForWhichTheBudgetHasNoRoomIsStillAMax() {
    JsonObject report =
        json(
            "--workload=poisson:rate=20,each=1s,for=1m",
            "--keep-wait=1h",
            "--max-workers=10",
            "--memory-budget=85MB",
            "--worker-memory=4MB",
            "--daemon-memory=41MB");

    assertThat(report.getAsJsonArray("frontier"))
        .allMatch(result -> number(result, "min_workers") <= 9);
    assertThat(complained.toString())
        .contains("--max-workers (10) do not fit into --memory-budget (85MB): ")
        .contains("no static pool of more than 9");
  }

  @Test
  void saysThatNoSettingKeepsTheBudget() {
    assertThat(
            advise(
                "--workload",
                LOAD,
                "--min-workers=0",
                "--memory-budget=80MB",
                "--worker-memory=60MB"))
        .isEqualTo(1);
    assertThat(complained.toString().lines())
        .containsExactly(
            "rq-orchestrator advise: --memory-budget (80MB) is kept by no setting within 0..8"
                + " workers: raise it; a pool of 1 with its daemon takes 121 MB");
    assertThat(printed.toString()).isEmpty();
  }

  @Test
  void drawsTheFrontier() {
    Path picture = directory.resolve("frontier.svg");
    assertThat(advise("--workload", LOAD, "--plot", picture.toString())).isZero();
    assertThat(picture).content().startsWith("<svg ").contains(">worker-hours<", "static 8");
  }

  @Test
  void saysThatNoSettingKeepsTheWait() throws IOException {
    Path jobs = Files.writeString(directory.resolve("jobs.csv"), "0,60\n1,60\n2,60\n3,60\n");
    assertThat(advise("--workload", "csv:" + jobs, "--max-workers=2")).isEqualTo(1);
    assertThat(complained.toString())
        .contains("--keep-wait (1s) is kept by no setting within 1..2 workers: the nearest, ")
        .contains("raise --max-workers");
    assertThat(complained.toString().lines()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--workload poisson --keep-wait=0      | --keep-wait (0s) must be within 10ms..30d",
        "--workload poisson --keep-wait=31d     | --keep-wait (744h) must be within 10ms..30d",
        "--workload poisson --worker-memory=60 | '60' must be a size such as 300MB",
        "--keep-wait=1s                        | --workload (none) must be given",
      })
  void whatIsWrongIsReportedInOneLine(String arguments, String expected) {
    assertThat(advise(arguments.split(" "))).isEqualTo(2);
    assertThat(complained.toString().strip().lines()).singleElement().asString().contains(expected);
  }
}
