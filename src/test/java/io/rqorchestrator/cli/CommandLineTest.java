package io.rqorchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The real command line: what it refuses, in which words, and what it makes of the environment. */
final class CommandLineTest {

  private record Result(int exitCode, String out, String err) {}

  private static Result run(Map<String, String> environment, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int separator = Arrays.asList(args).indexOf("--");
    String[] own = separator < 0 ? args : Arrays.copyOf(args, separator);
    List<String> rest =
        separator < 0 ? List.of() : Arrays.asList(args).subList(separator + 1, args.length);
    CommandLine commandLine = Main.commandLine(environment, rest);
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    return new Result(commandLine.execute(own), out.toString(), err.toString());
  }

  private static Result pool(String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "worker-pool";
    System.arraycopy(args, 0, all, 1, args.length);
    return run(Map.of(), all);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--min-workers=6 --max-workers=5 | --min-workers (6) must not exceed --max-workers (5)",
        "--min-workers=-1 | --min-workers (-1) must be within 0..1000",
        "--max-workers=0 --min-workers=0 | --max-workers (0) must be within 1..1000",
        "--max-workers=1001 | --max-workers (1001) must be within 1..1000",
        "--min-workers=two | Invalid value for option '--min-workers'",
        "--utilization-threshold=0 | --utilization-threshold (0.0) must be above 0 and at most 0.9",
        "--utilization-threshold=1.5 | --utilization-threshold (1.5) must be above 0 and at most",
        "--utilization-threshold=0.91 | --utilization-threshold (0.91) must be above 0",
        "--utilization-threshold=NaN | --utilization-threshold (NaN) must be above 0",
        "--scaling-period=0 | --scaling-period (0s) must be within 100ms..365d",
        "--sampling-interval=0ms | --sampling-interval (0s) must be within 100ms..365d",
        "--scaling-period=soon | 'soon' must be a duration such as 5, 500ms, 30s or 1h30m",
        "--scaling-period=-5 | must be a duration such as 5",
        "--utilization-window=1s --sampling-interval=2s | --utilization-window (1s) must be at"
            + " least",
        "--target-wait=0 | --target-wait (0s) must be within 10ms..365d",
        "--target-wait=soon | 'soon' must be a duration such as 5, 500ms, 30s or 1h30m",
        "--target-wait=1s --long-job=0 | --long-job (0s) must be within 100ms..365d",
        "--target-wait=1s --max-step=0 | --max-step (0) must be within 1..1000",
        "--shrink-hold=9s | --shrink-hold (9s) goes with --target-wait: give that, too",
        "--max-step=2 | --max-step (2) goes with --target-wait: give that, too",
        "--memory-budget=lots | 'lots' must be a size such as 300MB or 1GB",
        "--memory-budget=64MB --min-workers=8 | --memory-budget (64MB) must be 80MB or more: the",
        "--min-free-memory=1K | --min-free-memory (1024 bytes) must be 1MB or more",
        "--start-timeout=0 | --start-timeout (0s) must be within 100ms..365d",
        "--drain-timeout=0 | --drain-timeout (0s) must be within 100ms..365d",
        "--restart-surge=0 | --restart-surge (0) must be within 1..1000",
        "--max-stragglers=0 | --max-stragglers (0) must be within 1..1000",
        "--max-worker-jobs=0 | --max-worker-jobs (0) must be 1 or more",
        "--max-worker-age=0 | --max-worker-age (0s) must be within 100ms..365d",
        "--max-worker-memory=1MB | --max-worker-memory (1048576 bytes) must be 10MB or more",
        "--max-worker-memory=lots | 'lots' must be a size such as 300MB or 1GB",
        "--redis-url=localhost | --redis-url (localhost) must look like redis://",
        "--redis-url=http://localhost | --redis-url (http://localhost) must look like redis://",
        "--redis-url=redis://h:99999 | must look like redis://",
        "--redis-url=redis://h/db | must name its database by a number",
        "--redis-url=unix:///tmp/r.sock | unix sockets are not supported",
        "--queue=a,b,a | --queue (a,b,a) must name each queue once",
        "--name=a/b | --name (a/b) must be 1 to 64 letters, digits, dots, dashes or underscores",
        "--log-level=loud | Invalid value for option '--log-level'",
        "--log-format=xml | Invalid value for option '--log-format'",
        "--worker-entry= | --worker-entry () must name what a worker runs",
        "--preload=a;b | --preload (a;b) must name Python modules, with commas between",
        "--preload=a,,b | --preload (a,,b) must name Python modules",
        "--sampling-interval=6s --start-timeout=6s | --sampling-interval (6s) must be shorter than"
            + " --start-timeout (6s)",
        "--preload=rq --worker-command=y | --preload (rq) works with --worker-entry, not with",
        "--worker-entry=x --worker-command=y | excludes --worker-entry",
        "--worker-entry='x | has an open quote '",
        "--directory=/no/such/place | --directory (/no/such/place) must be a directory",
        "--no-such-option | Unknown option: '--no-such-option'",
        "--preload | --preload needs a value, as in --preload=MODULE: Import RQ and these modules",
        "--preload --burst | --preload needs a value, as in --preload=MODULE",
        "high --preload | --preload=rq: only RQ",
        "--name | --name needs a value, as in --name=NAME",
        "-- --name=x | -- (--name=x) is set by the daemon: the pool names its workers",
        "-- -n x | -- (-n) is set by the daemon",
        "-- --url redis://h | -- (--url) is set by the daemon: use our --redis-url",
        "-- -uredis://h | -- (-uredis://h) is set by the daemon: use our --redis-url",
        "-- --burst | -- (--burst) is set by the daemon: use our --burst",
        "-- -vb | -- (-vb) is set by the daemon",
        "-- --with-scheduler | -- (--with-scheduler) is set by the daemon",
        "-- --pid=x | -- (--pid=x) is set by the daemon",
        "-- -c conf | -- (-c) is set by the daemon",
        "--worker-command=y -- --quiet | put it into --worker-command",
      })
  void refusesBadInputInOneLineWithExitCodeTwo(String line, String expected) {
    Result result = pool(line.strip().split(" ", -1));
    assertThat(result.err()).hasLineCount(1).startsWith("rq-orchestrator worker-pool: ");
    assertThat(result.err()).contains(expected);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void neverShowsThePasswordOfAMalformedUrl() {
    Result result = pool("--redis-url=redis://me:s3cret@h:99999/x");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).doesNotContain("s3cret").contains("***@h:99999");
    assertThat(pool("--redis-url=redis://me:s3 cret@h").err()).doesNotContain("cret");
    assertThat(pool("--redis-ulr=redis://me:s3cret@h").err())
        .doesNotContain("s3cret")
        .contains("Unknown option: '--redis-ulr=redis://***@h'");
    assertThat(pool("--redis-url=redis://h?pass=s3cret").err()).doesNotContain("s3cret");
  }

  @Test
  void refusesToRunWithoutACommand() {
    Result result = run(Map.of());
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).hasLineCount(1).contains("no command given");
  }

  @Test
  void aWordThatIsNoCommandIsAnsweredWithThoseThatAre() {
    Result result = run(Map.of(), "stat");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .hasLineCount(1)
        .contains("rq-orchestrator: stat is no command: must be one of ")
        .contains(", worker-pool, status, ");
  }

  @Test
  void aVariableIsBlamedByItsName() {
    assertThat(run(Map.of("RQ_ORCHESTRATOR_MIN_WORKERS", "x"), "worker-pool").err())
        .startsWith("rq-orchestrator worker-pool: RQ_ORCHESTRATOR_MIN_WORKERS: Invalid value");
    assertThat(run(Map.of("RQ_ORCHESTRATOR_BURST", "maybe"), "worker-pool").err())
        .startsWith("rq-orchestrator worker-pool: RQ_ORCHESTRATOR_BURST: ")
        .contains("'maybe' must be true or false");
    Map<String, String> other = Map.of("RQ_ORCHESTRATOR_MIN_WORKERS", "1");
    assertThat(run(other, "worker-pool", "--min-workers=x").err())
        .startsWith("rq-orchestrator worker-pool: Invalid value");
  }

  @Test
  void theDryRunShowsAllThatBindsThePoolAndNoPassword() {
    Result plan =
        run(
            Map.of("RQ_REDIS_URL", "redis://:secret@here"),
            "worker-pool",
            "--dry-run",
            "--worker-command=rq worker --url redis://:secret@here {queues}",
            "--memory-budget=2GB",
            "--min-free-memory=1GB",
            "--max-worker-jobs=100",
            "--max-worker-age=1h",
            "--drain-timeout=30s",
            "--http=9181");

    assertThat(plan.out().lines())
        .contains(
            "redis:       redis://here:6379/0",
            "command:     setsid rq worker --url redis://***@here default",
            "memory:      2048MB at most",
            "free memory: 1024MB at least",
            "recycled:    after 100 jobs, after 1h",
            "at a stop:   jobs may take 30s",
            "http:        127.0.0.1:9181");
    assertThat(plan.out()).doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource({"1, false", "yes, false", "TRUE, false", "0, true", "off, true", "false, true"})
  void aSwitchInTheEnvironmentIsYesOrNo(String value, boolean withScheduler) {
    Result plan = run(Map.of("RQ_ORCHESTRATOR_NO_SCHEDULER", value), "worker-pool", "--dry-run");
    assertThat(plan.out().contains("--with-scheduler")).isEqualTo(withScheduler);
  }

  @Test
  void aVariableThatNobodyReadsIsReported() {
    CommandLine pool = Main.commandLine(Map.of(), List.of()).getSubcommands().get("worker-pool");
    Set<String> variables =
        Set.of(
            "RQ_ORCHESTRATOR_MAXWORKERS",
            "RQ_ORCHESTRATOR_MAX_WORKERS",
            "RQ_ORCHESTRATOR_JAVA_OPTS",
            "RQ_ORCHESTRATOR_POOL",
            "RQ_REDIS_URL");

    assertThat(EnvironmentDefaults.unread(variables, pool.getCommandSpec().options()))
        .containsExactly("RQ_ORCHESTRATOR_MAXWORKERS");
  }

  @Test
  void readsEveryOptionFromTheEnvironmentAndTheCommandLineWins() {
    Map<String, String> environment =
        Map.of("RQ_ORCHESTRATOR_MIN_WORKERS", "3", "RQ_ORCHESTRATOR_QUEUE", "high,low");
    String plan = run(environment, "worker-pool", "--dry-run").out();
    assertThat(plan).contains("workers:     3..8").contains("queues:      high, low");
    assertThat(run(environment, "worker-pool", "--dry-run", "--min-workers=4").out())
        .contains("workers:     4..8");
    assertThat(run(Map.of("RQ_ORCHESTRATOR_MIN_WORKERS", "9"), "worker-pool").exitCode())
        .isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "QUEUE=a,b | c d | queues:      c, d",
        "QUEUE=a,b | c --queue=d | queues:      c, d",
        "QUEUE=a,b | --queue=c | queues:      c",
        "QUEUE=a,b | c,d e | queues:      c, d, e",
        "QUEUE=a,b | --burst | queues:      a, b",
        "TARGET_WAIT=1s | --utilization-threshold=0.7 | aim:         utilization threshold 0.7",
        "TARGET_WAIT=1s SHRINK_HOLD=9s LONG_JOB=2m MAX_STEP=3 | --utilization-threshold=0.5"
            + " | aim:         utilization threshold 0.5",
        "TARGET_WAIT=1s | --target-wait=3s | aim:         target wait 3s",
        "TARGET_WAIT=1s | --target-wait=3s --utilization-threshold=0.7"
            + " | aim:         target wait 3s",
        "UTILIZATION_THRESHOLD=0.7 | --target-wait=3s | aim:         target wait 3s",
        "UTILIZATION_THRESHOLD=0.7 TARGET_WAIT=1s | --burst | aim:         target wait 1s",
        "WORKER_COMMAND=/bin/x | --worker-entry=app.py | app.py default",
        "WORKER_ENTRY=app.py | --worker-command=/bin/x | /bin/x",
        "PRELOAD=jobs | --worker-command=/bin/x | /bin/x",
        "WORKER_COMMAND=/bin/x | --preload=jobs | preload:     jobs",
        "WORKER_COMMAND=/bin/x | -- --serializer=json | --serializer=json default",
      })
  void anOptionOfTheCommandLineWinsOverWhatItExcludesInTheEnvironment(
      String environment, String given, String expected) {
    Result result = run(variables(environment), ("worker-pool --dry-run " + given).split(" ", -1));
    assertThat(result.err()).isEmpty();
    assertThat(result.out().lines()).anyMatch(line -> line.endsWith(expected));
  }

  private static Map<String, String> variables(String words) {
    return Stream.of(words.split(" "))
        .map(word -> word.split("=", 2))
        .collect(Collectors.toMap(parts -> "RQ_ORCHESTRATOR_" + parts[0], parts -> parts[1]));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "WORKER_COMMAND=/bin/x WORKER_ENTRY=app.py | --burst | excludes --worker-entry",
        "WORKER_COMMAND=/bin/x PRELOAD=jobs | --burst | --preload (jobs) works with",
        "WORKER_COMMAND=/bin/x | --worker-command=/bin/y --worker-entry=app.py | excludes",
        "TARGET_WAIT=1s | --utilization-threshold=0.5 --shrink-hold=9s"
            + " | --shrink-hold (9s) goes with --target-wait",
        "SHRINK_HOLD=9s | --burst | --shrink-hold (9s) goes with --target-wait",
      })
  void twoOptionsInOnePlaceThatExcludeEachOtherAreRefused(
      String environment, String given, String expected) {
    Result result = run(variables(environment), ("worker-pool --dry-run " + given).split(" ", -1));
    assertThat(result.err()).contains(expected).hasLineCount(1);
    assertThat(result.exitCode()).isEqualTo(2);
  }

  @Test
  void takesTheRedisUrlFromOptionThenOursThenRqsThenTheCommonVariable() {
    Map<String, String> all =
        Map.of(
            "RQ_ORCHESTRATOR_REDIS_URL", "redis://ours",
            "RQ_REDIS_URL", "redis://rqs",
            "REDIS_URL", "redis://common");

    assertThat(run(all, "worker-pool", "--dry-run", "-u", "redis://given").out())
        .contains("redis:       redis://given:6379/0");
    assertThat(run(all, "worker-pool", "--dry-run").out()).contains("redis://ours:6379/0");
    assertThat(
            run(
                    Map.of("RQ_REDIS_URL", "redis://rqs", "REDIS_URL", "redis://common"),
                    "worker-pool",
                    "--dry-run")
                .out())
        .contains("redis://rqs:6379/0");
    assertThat(run(Map.of("REDIS_URL", "rediss://common/2"), "worker-pool", "--dry-run").out())
        .contains("rediss://common:6379/2");
    assertThat(
            run(
                    Map.of("RQ_REDIS_URL", "", "REDIS_URL", "redis://common"),
                    "worker-pool",
                    "--dry-run")
                .out())
        .as("empty is none")
        .contains("redis://common:6379/0");
    assertThat(pool("--dry-run").out()).contains("redis://localhost:6379/0");
  }

  @Test
  void dryRunShowsTheCommandWithQueuesAndPassedOnOptions() {
    assertThat(pool("--dry-run", "high", "low", "--", "-w", "my.Worker", "-P", "src").out())
        .contains(
            " -m rq.cli worker --name high_low-w1-... --with-scheduler -w my.Worker -P src high"
                + " low")
        .contains(
            "environment: RQ_ORCHESTRATOR_POOL, RQ_ORCHESTRATOR_POOL_NAME, RQ_REDIS_URL,"
                + " SPT_NOENV");
    assertThat(pool("--dry-run", "--no-scheduler").out()).doesNotContain("--with-scheduler");
  }

  @Test
  void appendsTheQueuesToAnEntryUnlessItNamesThemItself() {
    assertThat(pool("--dry-run", "a", "b", "--worker-entry=manage.py rqworker").out())
        .contains("manage.py rqworker --name a_b-w1-... --with-scheduler a b\n");
    assertThat(pool("--dry-run", "a", "b", "--worker-entry=-m app.run --queues {queues}").out())
        .contains("-m app.run --queues a,b\n");
    assertThat(pool("--dry-run", "x:short", "--worker-entry=-m app worker --queue short").out())
        .contains("-m app worker --queue short\n");
    assertThat(pool("--dry-run", "a", "--worker-command=/bin/run 'two words'").out())
        .contains("setsid /bin/run two words\n");
  }

  @Test
  void usesThePythonOfTheActiveVirtualEnvironmentAndKeepsPathsUnresolved() {
    assertThat(run(Map.of("VIRTUAL_ENV", "/srv/venv"), "worker-pool", "--dry-run").out())
        .contains("command:     /srv/venv/bin/python ");
    assertThat(pool("--dry-run", "--directory=/tmp", "--python=env/bin/python").out())
        .contains("command:     /tmp/env/bin/python ");
    assertThat(pool("--dry-run", "--python=python3.11").out()).contains("command:     python3.11 ");
  }

  @Test
  void helpGroupsTheOptionsByTopicWithDefaults() {
    Result result = pool("--help");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .containsSubsequence(
            "Queues:", "--burst", "Scaling:", "--min-workers", "Workers:", "--python")
        .contains("Default: 30s.")
        .contains("--worker-class my.Worker");
  }

  @Test
  void generatesACompletionScript() {
    Result result = run(Map.of(), "generate-completion");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("--utilization-threshold").contains("complete -F");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--preload=rq high | rq | high",
        "--preload shop.jobs,pandas high,low | shop.jobs, pandas | high, low",
        "--preload=shop.jobs,pandas high | shop.jobs, pandas | high",
        "high --preload rq | rq | high",
        "--preload=a --preload=b | a, b | default",
      })
  void theModulesToPreloadAreAttachedToTheirOption(String given, String modules, String queues) {
    String[] words = ("--dry-run " + given).split(" ", -1);
    assertThat(pool(words).out().lines())
        .contains("preload:     " + modules, "queues:      " + queues);
  }

  @Test
  void preloadingIsAskedForByTheEnvironmentToo() {
    Result result =
        run(Map.of("RQ_ORCHESTRATOR_PRELOAD", "shop.jobs,pandas"), "worker-pool", "--dry-run");
    assertThat(result.out()).contains("preload:     shop.jobs, pandas");
    assertThat(pool("--dry-run").out()).doesNotContain("preload");
  }
}
