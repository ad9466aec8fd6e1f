package io.rqorchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/**
 * The same queues and the same Redis as {@code rq worker} would have with this environment. Alone:
 * what it starts would keep the files open that other tests write and run.
 */
@Isolated
final class RqSettingsTest {

  private record Result(int exitCode, String out, String err) {}

  @TempDir private Path directory;
  private final Map<String, String> environment = new HashMap<>();
  private List<String> rqArguments = List.of();

  private Result plan(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine(environment, rqArguments);
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of("worker-pool", "--dry-run", "--python=python3"));
    all.add("--directory=" + directory);
    all.addAll(List.of(words));
    return new Result(line.execute(all.toArray(new String[0])), out.toString(), err.toString());
  }

  private void module(String... lines) throws IOException {
    Files.write(directory.resolve("rq_settings.py"), List.of(lines));
    environment.put("RQ_CONFIG", "rq_settings");
  }

  @Test
  void queuesAndRedisAreThoseOfTheModule() throws Exception {
    module(
        "print('hello')",
        "import os",
        "REDIS_URL = 'redis://:s3cret%20word@conf:7000/3'",
        "QUEUES = ['high', 'b\u00fccher und mehr']");
    Result plan = plan();

    assertThat(plan.err()).isEmpty();
    assertThat(plan.out().lines())
        .contains("queues:      high, b\u00fccher und mehr", "redis:       redis://conf:7000/3");
    assertThat(plan.out()).doesNotContain("s3cret");
  }

  @Test
  void theModuleIsReadWhereItsPathsLead() throws Exception {
    Path src = Files.createDirectory(directory.resolve("src"));
    Files.writeString(src.resolve("conf.py"), "QUEUES = ('a',)");
    environment.put("RQ_CONFIG", "conf");
    assertThat(plan().exitCode()).isEqualTo(2);

    for (List<String> words :
        List.of(List.of("-P", "src"), List.of("-Psrc"), List.of("--path=src"))) {
      rqArguments = words;
      assertThat(plan().out().lines()).contains("queues:      a");
    }
  }

  @Test
  void whatIsNamedBesideTheModuleWins() throws Exception {
    module("REDIS_URL = 'redis://conf'", "QUEUES = ['conf']");
    environment.put("REDIS_URL", "redis://common");
    assertThat(plan("mine").out().lines())
        .contains("queues:      mine", "redis:       redis://conf:6379/0");
    assertThat(plan("-u", "redis://given").out().lines())
        .contains("queues:      conf", "redis:       redis://given:6379/0");

    environment.put("RQ_ORCHESTRATOR_QUEUE", "ours");
    environment.put("RQ_REDIS_URL", "redis://rqs");
    assertThat(plan().out().lines())
        .contains("queues:      ours", "redis:       redis://rqs:6379/0");
  }

  @Test
  void aModuleThatIsNotNeededIsNotImported() throws Exception {
    module("raise RuntimeError");
    assertThat(plan("a", "-u", "redis://given").exitCode()).isZero();
    assertThat(plan("--worker-entry=manage.py rqworker").exitCode()).as("not RQ's").isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "REDIS_HOST='h' | redis://h:6379/0",
        "REDIS_HOST='h'; REDIS_PORT=7; REDIS_DB=2 | redis://h:7/2",
        "REDIS_HOST='::1'; REDIS_PASSWORD='a b/@?' | redis://[::1]:6379/0",
        "REDIS_HOST='h'; REDIS_SSL=True; REDIS_SSL_CERT_REQS='none' | rediss://h:6379/0",
        "REDIS_HOST='h'; REDIS_SSL='t' | rediss://h:6379/0",
        "REDIS_HOST='h'; REDIS_SSL=False | redis://h:6379/0",
        "REDIS_DB=4 | redis://localhost:6379/4",
        "REDIS_URL=None; REDIS_DB=4 | redis://localhost:6379/4",
        "SENTRY_DSN='x'; DICT_CONFIG={}; NAME='n' | redis://localhost:6379/0",
      })
  void redisIsPutTogetherAsRqDoes(String lines, String redis) throws Exception {
    module(lines);
    assertThat(plan().err()).isEmpty();
    assertThat(plan().out().lines()).contains("redis:       " + redis);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SENTINEL={'INSTANCES': []} | RQ_CONFIG=rq_settings (SENTINEL) is not supported: name the",
        "REDIS_SSL_KEYFILE='k' | RQ_CONFIG=rq_settings (REDIS_SSL_KEYFILE) is not supported",
        "REDIS_SSL='1' | REDIS_SSL in RQ_CONFIG=rq_settings (1) must be True or False",
        "REDIS_PORT='tcp://x' | REDIS_PORT in RQ_CONFIG=rq_settings (tcp://x) must be a number",
        "REDIS_URL='redis://:s3cret@h:x' | REDIS_URL in RQ_CONFIG=rq_settings (redis://***@h:x)",
        "QUEUES='default' | QUEUES must be a list of names",
        "QUEUES=[] | QUEUES must be a list of names",
        "import no_such | RQ_CONFIG (rq_settings) cannot be used: ModuleNotFoundError: No module",
        "raise ValueError('s3cret') | RQ_CONFIG (rq_settings) cannot be used: ValueError",
        "import os; os._exit(0) | RQ_CONFIG (rq_settings) cannot be read: it ends Python",
        "import sys; sys.exit() | RQ_CONFIG (rq_settings) cannot be used: SystemExit",
        "os.environ['X'] | cannot be used: NameError",
        "x = | cannot be used: SyntaxError",
      })
  void whatTheDaemonCannotFollowIsRefusedInOneLine(String lines, String message) throws Exception {
    module(lines);
    Result plan = plan();
    assertThat(plan.exitCode()).isEqualTo(2);
    assertThat(plan.err()).hasLineCount(1).contains(message).doesNotContain("s3cret");
  }

  @Test
  void withoutAModuleTheEnvironmentIsReadAsRqDoes() {
    environment.put("REDIS_HOST", "h");
    environment.put("REDIS_DB", "2");
    environment.put("REDIS_PASSWORD", "s3cret");
    assertThat(plan().out()).contains("redis:       redis://h:6379/2").doesNotContain("s3cret");

    environment.put("REDIS_URL", "redis://common");
    assertThat(plan().out()).contains("redis://common:6379/0");

    environment.remove("REDIS_URL");
    environment.put("REDIS_PORT", "tcp://10.0.0.1:6379"); // as Kubernetes does
    assertThat(plan().err())
        .contains("REDIS_PORT in environment (tcp://10.0.0.1:6379) must be a number: give");
  }

  @Test
  void optionsOfRqsThatAreTheDaemonsAreRefusedInTheEntryToo() {
    assertThat(plan("--worker-entry=-m rq.cli worker -c conf").err())
        .contains("--worker-entry (-c) is set by the daemon: set RQ_CONFIG in the environment");
    assertThat(plan("--worker-entry=-m rq.cli worker --url=redis://:s3cret@h").err())
        .contains("--worker-entry (--url=redis://***@h) is set by the daemon");
    assertThat(plan("--worker-entry=-m rq.cli worker -w my.Worker").exitCode()).isZero();
  }
}
