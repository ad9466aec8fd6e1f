package io.rqorchestrator.daemon;

import io.rqorchestrator.config.WorkerProgram;
import io.rqorchestrator.config.WorkerSettings;
import io.rqorchestrator.process.EntryCheck;
import io.rqorchestrator.process.Host;
import io.rqorchestrator.process.IoProblem;
import io.rqorchestrator.process.PythonCheck;
import io.rqorchestrator.process.PythonFiles;
import io.rqorchestrator.process.RuntimeDirectory;
import io.rqorchestrator.time.DurationText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What must be right before anything is started: whatever is not is the user's to mend. */
final class StartChecks {

  private static final int OWNERS = 0700;

  private final WorkerSettings workers;
  private final Optional<PythonCheck> python;
  private final Optional<EntryCheck> entry;

  private StartChecks(
      WorkerSettings workers, Optional<PythonCheck> python, Optional<EntryCheck> entry) {
    this.workers = workers;
    this.python = python;
    this.entry = entry;
  }

  /**
   * Begins them; they go on beside the daemon's own start.
   *
   * @throws CannotRun if one fails at once
   */
  static StartChecks begin(WorkerSettings workers) throws CannotRun {
    checkUmask(Host.umask());
    if (!(workers.program() instanceof WorkerProgram.PythonEntry program)) {
      return new StartChecks(workers, Optional.empty(), Optional.empty());
    }
    try {
      PythonCheck python = PythonCheck.begin(workers.python(), workers.directory());
      Optional<EntryCheck> entry =
          program.takesRqOptions()
              ? EntryCheck.begin(
                  workers.python(), workers.directory(), program.words(), workers.scheduler())
              : Optional.empty();
      return new StartChecks(workers, Optional.of(python), entry);
    } catch (PythonCheck.UnusablePythonException e) {
      throw new CannotRun(String.valueOf(e.getMessage()));
    }
  }

  /** With such a umask neither we nor any job could use a file of its own. */
  static void checkUmask(int umask) throws CannotRun {
    if ((umask & OWNERS) != 0) {
      throw new CannotRun(
          "umask %04o takes new files away from their own owner, from jobs' ones too: set 0022 or 0077"
              .formatted(umask));
    }
  }

  /**
   * The helper files, in place: a worker that finds none would be started again and again.
   *
   * @throws CannotRun if they cannot be written there
   */
  PythonFiles unpacked(Path directory, String poolId) throws CannotRun {
    try {
      PythonFiles files = new PythonFiles(directory, poolId);
      if (python.isPresent()) {
        RuntimeDirectory.create(directory);
        Path unused = files.workerHost();
      }
      return files;
    } catch (IOException e) {
      throw new CannotRun(
          "--runtime-dir (%s) cannot hold the pool's helper files: name a directory of your own (%s)"
              .formatted(directory, IoProblem.text(e)));
    }
  }

  /**
   * Waits for Python, for the entry, and for the first fork server.
   *
   * @param preloaded completes once that has imported everything
   * @param stopped completes once there is nothing to wait for any more
   */
  void finish(CompletableFuture<?> preloaded, CompletableFuture<?> stopped)
      throws CannotRun, InterruptedException {
    try {
      if (python.isPresent()) {
        python.get().finish(stopped);
      }
      if (entry.isPresent()) {
        entry.get().finish(stopped);
      }
    } catch (PythonCheck.UnusablePythonException e) {
      throw new CannotRun(String.valueOf(e.getMessage()));
    }
    await(CompletableFuture.anyOf(preloaded, stopped));
  }

  private void await(CompletableFuture<?> preloaded) throws CannotRun, InterruptedException {
    String option = "--preload (" + String.join(",", workers.preload()) + "): ";
    Duration patience = workers.startTimeout();
    try {
      Object unused = preloaded.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new CannotRun(
          option + (cause instanceof IOException io ? IoProblem.text(io) : cause.getMessage()));
    } catch (TimeoutException e) {
      throw new CannotRun(
          option + "not imported within " + DurationText.of(patience) + ", see --start-timeout");
    }
  }
}
