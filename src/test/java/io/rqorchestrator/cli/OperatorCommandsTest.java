package io.rqorchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rqorchestrator.control.GivenStatus;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.PoolStatus.Identity;
import io.rqorchestrator.daemon.CannotRun;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What an operator types, and which pool is meant. No command reaches a running pool. */
final class OperatorCommandsTest {

  /** A name that no pool has, nor another run of these tests. */
  private static final String NOWHERE = "--name=no-such-pool-" + UUID.randomUUID();

  private final StringWriter err = new StringWriter();

  private int run(String... words) {
    CommandLine line = Main.commandLine(Map.of(), List.of());
    line.setOut(new PrintWriter(new StringWriter()));
    line.setErr(new PrintWriter(err));
    return line.execute(words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "scale many | SIZE (many) must be a number of workers, +N, -N or auto",
        "scale 1.5 | SIZE (1.5) must be a number of workers",
        "scale +-1 | SIZE (+-1) must be a number of workers",
        "scale | Missing required parameter: 'SIZE'",
        "set | Missing required parameter: 'SETTING=VALUE'",
        "set --window=3s | SETTING (--window=3s) must be min-workers=N",
        "set max-workers | max-workers () must be a number of workers",
        "set max-workers=-1 | max-workers (-1) must be a number of workers",
        "set utilization-threshold=much | utilization-threshold (much) must be a number above 0",
        "set target-wait=soon | target-wait (soon) must be a duration such as 500ms",
        "set target-wait=1s utilization-threshold=0.5 | must not be given with target wait 1s",
        "set window=3s | SETTING (window=3s) must be min-workers=N, max-workers=N, utilization",
        "history -n 0 | -n (0) must be 1 or more",
        "status --json --watch | --watch (true) excludes --json",
        "pause now | Unmatched argument",
      })
  void whatMakesNoSenseIsExitCodeTwoAndOneLine(String words, String message) {
    int exitCode =
        run(Stream.concat(Stream.of(words.split(" ")), Stream.of(NOWHERE)).toArray(String[]::new));
    assertThat(exitCode).isEqualTo(2);
    assertThat(err.toString()).contains(message).hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "scale 3",
        "scale +1",
        "scale -1",
        "scale auto",
        "pause",
        "resume",
        "restart",
        "drain",
        "set min-workers=1 max-workers=2 utilization-threshold=0.4",
        "set target-wait=1.5s",
        "set --max-workers=3",
        "status",
        "status --json",
        "status --watch",
        "history -n 5",
        "history --json"
      })
  void withoutSuchAPoolItIsExitCodeOneAndOneLine(String words) {
    int exitCode =
        run(Stream.concat(Stream.of(words.split(" ")), Stream.of(NOWHERE)).toArray(String[]::new));
    assertThat(exitCode).isEqualTo(1);
    assertThat(err.toString()).contains("no pool ").hasLineCount(1);
  }

  /** An error may quote the name of a pool of another user. */
  @Test
  void nothingInAnErrorMovesTheCursor() {
    assertThat(run("scale", "\033[2J\u009b\u202e\n3", NOWHERE)).isEqualTo(2);
    assertThat(err.toString()).contains("SIZE (?[2J?? 3) must be").hasLineCount(1);
  }

  @Test
  void nothingThatAPoolSaysMovesTheCursor() {
    StringWriter out = new StringWriter();
    FoundPools found = found(List.of(pool("\033[2Jmail", "a\u009ba")), List.of());
    PsCommand.print(found, new PrintWriter(out));
    assertThat(out.toString()).startsWith("?[2Jmail  a?a  ").hasLineCount(1);
  }

  private static FoundPools found(List<FoundPool> pools, List<String> problems) {
    return new FoundPools(pools, problems, List.of());
  }

  private static FoundPool pool(String name, String id) {
    PoolStatus some = GivenStatus.plain();
    Identity identity =
        new Identity(name, id, "here", 1, "0", "redis://here", some.pool().startedAt());
    PoolStatus named =
        new PoolStatus(
            identity,
            some.at(),
            some.state(),
            some.problem(),
            some.redisUp(),
            some.size(),
            some.load(),
            some.vacancies(),
            some.queues(),
            some.workers(),
            some.orphans(),
            some.foreign(),
            some.decision(),
            some.jobs(),
            some.memory(),
            some.overhead(),
            some.counters(),
            some.samples(),
            some.loop());
    SocketDirectory own = new SocketDirectory(Path.of(""), "me", true);
    // Not every locale has all characters for the name of a file.
    Path socket = Path.of(id.replaceAll("[^a-z]", "") + ".sock");
    return new FoundPool(socket, own, named);
  }

  @Test
  void theOnlyPoolNeedsNoName() throws CannotRun {
    FoundPools found = found(List.of(pool("mail", "aaa")), List.of());
    assertThat(found.pick(Optional.empty()).name()).isEqualTo("mail");
    assertThat(found.pick(Optional.of("mail")).name()).isEqualTo("mail");
    assertThat(found.pick(Optional.of("aaa")).name()).isEqualTo("mail");
    assertThatThrownBy(() -> found.pick(Optional.of("web")))
        .hasMessage("no pool called web runs on this host, but mail (aaa)");
  }

  @Test
  void severalNeedANameOrAnId() throws CannotRun {
    FoundPools found =
        found(List.of(pool("mail", "aaa"), pool("mail", "bbb"), pool("web", "ccc")), List.of());
    assertThat(found.pick(Optional.of("web")).socket()).isEqualTo(Path.of("ccc.sock"));
    assertThat(found.pick(Optional.of("bbb")).socket()).isEqualTo(Path.of("bbb.sock"));
    assertThatThrownBy(() -> found.pick(Optional.empty()))
        .hasMessage(
            "several pools run on this host: say which by --name or its id: mail (aaa), mail"
                + " (bbb), web (ccc)");
    assertThatThrownBy(() -> found.pick(Optional.of("mail")))
        .hasMessage(
            "several pools are called mail: say which by --name or its id: mail (aaa), mail (bbb)");
  }

  @Test
  void aPoolThatDoesNotAnswerMayBeTheOneThatIsMeant() throws CannotRun {
    FoundPools found =
        found(List.of(pool("mail", "aaa")), List.of("bbb.sock: no answer within 5 s"));
    assertThatThrownBy(() -> found.pick(Optional.empty()))
        .hasMessage(
            "several pools run on this host: say which by --name or its id: mail (aaa); no answer"
                + " from bbb.sock: no answer within 5 s");
    assertThat(found.pick(Optional.of("mail")).name()).isEqualTo("mail");
  }

  @Test
  void theErrorSaysThatNoPoolRuns() {
    assertThatThrownBy(() -> found(List.of(), List.of()).pick(Optional.empty()))
        .hasMessage(
            "no pool runs on this host for this user: start one by rq-orchestrator worker-pool");
    assertThatThrownBy(() -> found(List.of(), List.of("x.sock: no answer")).pick(Optional.empty()))
        .hasMessage("no answer from x.sock: no answer");
    assertThatThrownBy(
            () -> found(List.of(), List.of("x.sock: no answer")).pick(Optional.of("mail")))
        .hasMessage("no pool called mail has answered; no answer from x.sock: no answer");
  }
}
