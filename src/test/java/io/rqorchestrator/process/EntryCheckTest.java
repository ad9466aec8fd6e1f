package io.rqorchestrator.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EntryCheckTest {

  private static final List<String> FLASK = List.of("-m", "flask", "rq", "worker");

  /** As click prints it for Flask-RQ2 18.3. */
  private static final String FLASK_RQ2 =
      """
      Usage: python -m flask rq worker [OPTIONS] [QUEUES]...

      Options:
        -b, --burst               Run in burst mode (quit after all work is done)
        -n, --name TEXT           Specify a different name
        --help                    Show this message and exit.
      """;

  private static final String WITH_SCHEDULER =
      FLASK_RQ2 + "  -s, --with-scheduler            Run worker with scheduler\n";

  @TempDir private Path directory;

  /** A Python that prints this about any entry. */
  private String python(String help, String end) throws IOException {
    Path said = Files.writeString(directory.resolve("help"), help);
    Path file = directory.resolve("python");
    Files.writeString(
        file, "#!/bin/sh\necho \"$*\" >%s/asked\ncat %s\n%s\n".formatted(directory, said, end));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return file.toString();
  }

  private void check(String python, boolean scheduler) throws Exception {
    EntryCheck.begin(python, directory, FLASK, scheduler)
        .orElseThrow()
        .finish(new CompletableFuture<>(), Duration.ofSeconds(30));
  }

  @Test
  void anEntryWithoutTheSchedulersOptionIsRefusedWithTheRemedy() throws Exception {
    String python = python(FLASK_RQ2, "exit 0");
    assertThatThrownBy(() -> check(python, true))
        .isInstanceOf(PythonCheck.UnusablePythonException.class)
        .hasMessage(
            "--worker-entry (-m flask rq worker) has no option --with-scheduler, which is appended"
                + " for the min workers: add --no-scheduler");
    assertThat(directory.resolve("asked")).hasContent("-m flask rq worker --help");
    check(python, false);
  }

  @Test
  void anEntryWithoutNamesIsRefused() throws Exception {
    String python = python("  --name-prefix TEXT\n  --with-scheduler\n  --help\n", "exit 0");
    assertThatThrownBy(() -> check(python, false))
        .hasMessageStartingWith("--worker-entry (-m flask rq worker) has no option --name, which");
  }

  @Test
  void anEntryThatKnowsBothIsTaken() throws Exception {
    check(python(WITH_SCHEDULER, "exit 0"), true);
  }

  @Test
  void anEntryThatDoesNotAnswerIsLeftToItsWorkers() throws Exception {
    check(python("Traceback\nImportError: no application\n", "exit 1"), true);
    check(python("hello\n", "exit 0"), true);
    EntryCheck.begin(python(FLASK_RQ2, "exec sleep 60"), directory, FLASK, true)
        .orElseThrow()
        .finish(new CompletableFuture<>(), Duration.ofMillis(300));
    EntryCheck.begin(python(FLASK_RQ2, "exec sleep 60"), directory, FLASK, true)
        .orElseThrow()
        .finish(CompletableFuture.completedFuture(null), Duration.ofSeconds(30));
  }

  /** Another program might ignore its arguments and begin to work. */
  @Test
  void nobodyElseIsAsked() {
    assertThat(EntryCheck.canBeAsked(FLASK)).isTrue();
    assertThat(EntryCheck.canBeAsked(List.of("manage.py", "rqworker"))).isTrue();
    assertThat(EntryCheck.canBeAsked(List.of("/srv/app/manage.py", "rqworker"))).isTrue();
    assertThat(EntryCheck.canBeAsked(List.of("-m", "django", "rqworker"))).isTrue();
    assertThat(EntryCheck.canBeAsked(List.of("-m", "rq.cli", "worker"))).isFalse();
    assertThat(EntryCheck.canBeAsked(List.of("manage.py", "work"))).isFalse();
    assertThat(EntryCheck.canBeAsked(List.of("worker.py", "rq"))).isFalse();
    assertThat(EntryCheck.canBeAsked(List.of("-m"))).isFalse();
  }
}
