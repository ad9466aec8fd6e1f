package io.rqorchestrator.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shell scripts take the place of a Python. */
@Timeout(30)
final class PythonCheckTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final CompletableFuture<Void> nobodyStops = new CompletableFuture<>();

  @TempDir private Path directory;

  private PythonCheck check(String script) throws Exception {
    return PythonCheck.begin(python(script).toString(), directory);
  }

  private Path python(String script) throws IOException {
    Path file = Files.writeString(directory.resolve("python"), "#!/bin/sh\n" + script + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "true",
        "echo 'x.py:1: DeprecationWarning: soon gone' >&2",
        "echo hello from sitecustomize",
        "yes noise | head -c 1000000",
      })
  void aPythonWithRqMayPrintAnythingElse(String script) throws Exception {
    PythonCheck check = check(script);
    assertThatCode(() -> check.finish(nobodyStops, PATIENCE)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "printf 'noise\\n\\n%shas no module rq\\n' '@'; exit 4 => has no module rq",
        "yes | head -c 100000; printf '\\n%shas no module rq\\nat exit\\n' '@'; exit 4 => has no module rq",
        "printf '\\n%sis Python 2.7\\n' '@'; exit 3 => is Python 2.7",
        "echo Traceback; echo 'ImportError: no' >&2; echo; exit 1 => fails with exit code 1: ImportError: no",
        "exit 7 => fails with exit code 7: it says nothing",
      })
  void aPythonWithoutRqIsRefusedInOurWordsOrInItsLastLine(String given) throws Exception {
    String[] parts = given.split(" => ", 2);
    PythonCheck check = check(parts[0].replace("@", PythonCheck.MARK));
    assertThatThrownBy(() -> check.finish(nobodyStops, PATIENCE))
        .isInstanceOf(PythonCheck.UnusablePythonException.class)
        .hasMessage("--python (" + directory + "/python) " + parts[1]);
  }

  /** A Python that hangs and writes the pid of its child into {@code pid}. */
  private PythonCheck hanging(Path pid) throws Exception {
    PythonCheck check = check("sleep 100 & echo $! >" + pid + "; echo hello; wait");
    while (!Files.exists(pid) || Files.size(pid) == 0) {
      Thread.onSpinWait();
    }
    return check;
  }

  private static void awaitEnd(Path pid) throws IOException {
    long child = Long.parseLong(Files.readString(pid).strip());
    while (ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false)) {
      Thread.onSpinWait();
    }
    assertThat(child).isPositive();
  }

  @Test
  void aPythonThatHangsIsEndedWithWhatItStarted() throws Exception {
    Path pid = directory.resolve("pid");
    PythonCheck check = hanging(pid);
    assertThatThrownBy(() -> check.finish(nobodyStops, Duration.ofMillis(300)))
        .isInstanceOf(PythonCheck.UnusablePythonException.class)
        .hasMessageContaining("does not answer within 0.3s: run it by hand to see why");
    awaitEnd(pid);
  }

  @Test
  void aPythonThatHangsIsEndedAsSoonAsAStopIsRequested() throws Exception {
    Path pid = directory.resolve("pid");
    PythonCheck check = hanging(pid);
    assertThatCode(() -> check.finish(CompletableFuture.completedFuture(null), PATIENCE))
        .doesNotThrowAnyException();
    awaitEnd(pid);
  }

  /** Such as an agent that its site starts. */
  @Test
  void aChildThatAPythonLeavesBehindIsNotWaitedFor() throws Exception {
    Path pid = directory.resolve("pid");
    PythonCheck check = check("sleep 100 & echo $! >" + pid + "; exit 0");
    try {
      assertThatCode(() -> check.finish(nobodyStops, PATIENCE)).doesNotThrowAnyException();
    } finally {
      ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
          .ifPresent(ProcessHandle::destroyForcibly);
    }
  }
}
