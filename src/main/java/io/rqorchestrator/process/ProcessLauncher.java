package io.rqorchestrator.process;

import io.rqorchestrator.pool.WorkerHandle;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.pool.WorkerLauncher;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Spawns workers as processes of their own. Their output goes wherever the daemon's goes. */
public final class ProcessLauncher implements WorkerLauncher {

  /** Told of the end of a worker process, from another thread. */
  @FunctionalInterface
  public interface ExitListener {

    /**
     * A worker process has ended.
     *
     * @param exitCode its exit code, 128 + signal if a signal ended it
     */
    void exited(WorkerId worker, int exitCode);
  }

  private static final Redirect NO_INPUT = Redirect.from(new File("/dev/null"));

  private final LaunchSettings settings;
  private final WorkerCommandLine commandLine;
  private final WorkerHostFile hostFile;
  private final ExitListener exits;

  /**
   * @param hostFile where the worker host is kept
   */
  public ProcessLauncher(LaunchSettings settings, WorkerHostFile hostFile, ExitListener exits) {
    this.settings = settings;
    this.commandLine = new WorkerCommandLine(settings);
    this.hostFile = hostFile;
    this.exits = exits;
  }

  @Override
  public WorkerHandle launch(WorkerId id, boolean withScheduler) throws LaunchException {
    // RQ refuses a name that an earlier worker left behind, so none is ever used twice.
    String unique = UUID.randomUUID().toString().substring(0, 8);
    String name = settings.namePrefix() + "-" + id + "-" + unique;
    try {
      Path host = hostFile.unpacked();
      ProcessBuilder builder =
          new ProcessBuilder(commandLine.words(host, name, withScheduler))
              .directory(settings.directory().toFile())
              .redirectInput(NO_INPUT)
              .redirectOutput(Redirect.INHERIT)
              .redirectError(Redirect.INHERIT);
      commandLine.apply(builder.environment());
      Process process = builder.start();
      CompletableFuture<Void> unused =
          process.onExit().thenAccept(ended -> exits.exited(id, ended.exitValue()));
      return new SpawnedWorker(process, settings.takesRqOptions() ? name : "", settings.hosted());
    } catch (IOException e) {
      throw new LaunchException(String.valueOf(e.getMessage()));
    }
  }
}
