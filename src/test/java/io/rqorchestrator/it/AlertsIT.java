package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts that the documentation proposes, by Prometheus' own tool. */
final class AlertsIT {

  private static final Pattern RULES =
      Pattern.compile("^```yaml\n(groups:\n.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  /** The metrics of a pool for half an hour, one sample a minute. */
  private static final String POOL =
      """
      rule_files: [rules]
      tests:
        - interval: 1m
          input_series:
            - {series: 'rq_orchestrator_active_workers{job="rq", instance="a"}', values: '%dx30'}
            - {series: 'rq_orchestrator_max_workers{job="rq", instance="a"}', values: '8x30'}
            - {series: 'rq_orchestrator_queue_jobs{job="rq", instance="a", queue="high"}', values: '0x30'}
            - {series: 'rq_orchestrator_queue_jobs{job="rq", instance="a", queue="low"}', values: '%dx30'}
          alert_rule_test:
            - eval_time: 20m
              alertname: RqPoolAtMax
              exp_alerts: [%s]
      """;

  @TempDir Path directory;

  @BeforeEach
  void writeRules() throws IOException {
    Matcher rules = RULES.matcher(Files.readString(Path.of("docs", "operations.md")));
    assertThat(rules.find()).isTrue();
    Files.writeString(directory.resolve("rules"), rules.group(1));
  }

  private void test(int active, int queued, String alerts) throws Exception {
    Path file = directory.resolve("test");
    Files.writeString(file, POOL.formatted(active, queued, alerts));
    promtool("test", "rules", file.toString());
  }

  private static void promtool(String... arguments) throws IOException, InterruptedException {
    String program = Optional.ofNullable(System.getenv("PROMTOOL")).orElse("promtool");
    ProcessBuilder builder = new ProcessBuilder(program).redirectErrorStream(true);
    builder.command().addAll(List.of(arguments));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  @Test
  void areWellFormed() throws Exception {
    promtool("check", "rules", directory.resolve("rules").toString());
  }

  @Test
  void aPoolAtMaxRaisesAnAlert() throws Exception {
    test(8, 3, "{exp_labels: {job: rq, instance: a}}");
  }

  @Test
  void aPoolAtMaxWithoutWaitingJobsRaisesNone() throws Exception {
    test(8, 0, "");
  }

  @Test
  void aPoolBelowMaxRaisesNone() throws Exception {
    test(7, 3, "");
  }
}
