package io.rqorchestrator.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rqorchestrator.config.WorkerProgram;
import io.rqorchestrator.config.WorkerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StartChecksTest {

  @TempDir private Path directory;

  private StartChecks checks(WorkerProgram program) throws CannotRun {
    // Its answer is not read here, so any program that ends will do.
    return StartChecks.begin(
        new WorkerSettings(
            program,
            "true",
            directory,
            true,
            Duration.ofSeconds(60),
            Optional.empty(),
            List.of(),
            List.of()));
  }

  @Test
  void theHelperFilesAreThereBeforeThePoolStarts() throws Exception {
    Path runtime = directory.resolve("run");
    var unused = checks(WorkerProgram.PythonEntry.RQ).unpacked(runtime, "0123");
    assertThat(runtime.resolve("0123-worker_host.py")).isNotEmptyFile();
  }

  @Test
  void aUmaskThatShutsTheOwnerOutIsRefused() throws CannotRun {
    for (int umask : new int[] {0, 022, 077, 027, 0077}) {
      StartChecks.checkUmask(umask);
    }
    for (int umask : new int[] {0777, 0177, 0277, 0477, 0100}) {
      assertThatThrownBy(() -> StartChecks.checkUmask(umask))
          .hasMessageStartingWith("umask %04o denies the owner".formatted(umask));
    }
  }

  @Test
  void aPlaceThatCannotHoldThemIsSaidInWords() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThatThrownBy(
            () -> checks(WorkerProgram.PythonEntry.RQ).unpacked(file.resolve("x"), "0123"))
        .isInstanceOf(CannotRun.class)
        .hasMessageStartingWith(
            "--runtime-dir (%s/x) cannot hold the pool's helper files: name a directory of your own"
                .formatted(file));
  }

  @Test
  void aPoolOfOtherProgramsNeedsNone() throws Exception {
    Path runtime = directory.resolve("run");
    var unused =
        checks(new WorkerProgram.ShellCommand(List.of("/bin/run"))).unpacked(runtime, "0123");
    assertThat(runtime).doesNotExist();
  }
}
