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

/** Checks what the user has to put right before anything is started. */
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
   * Begins the checks. They run while the daemon starts.
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

  /** Refuses a umask with which neither the daemon nor a job could use its own files. */
  static void checkUmask(int umask) throws CannotRun {
    if ((umask & OWNERS) != 0) {
      throw new CannotRun(
          "umask %04o denies the owner of a new file its use, also in jobs: set 0022 or 0077"
              .formatted(umask));
    }
  }

  /**
   * Unpacks the helper files. Without them every worker would fail, and be started again and again.
   *
   * @throws CannotRun if they cannot be written to the directory
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
   * Waits for the checks of Python and of the entry, and for the first fork server.
   *
   * @param preloaded completes once the fork server has imported everything
   * @param stopped completes once a stop was requested: the wait ends
   * @throws CannotRun if one of them fails
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
