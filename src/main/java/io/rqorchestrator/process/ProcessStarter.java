package io.rqorchestrator.process;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Starts workers and fork servers as processes. Their output goes where the daemon's goes. */
final class ProcessStarter {

  private static final Redirect NO_INPUT = Redirect.from(new File("/dev/null"));

  private final LaunchSettings settings;
  private final WorkerCommandLine commandLine;
  private final PythonFiles files;
  private final Path socketDirectory;
  private final Spawner spawner;
  private final PoolProcessScan scan;
  private final Supplier<Set<Long>> knownPids;
  private final AtomicInteger forkServers = new AtomicInteger();

  /**
   * @param files where the worker host and the fork server are kept
   * @param socketDirectory where the sockets to the fork servers are
   * @param knownPids all children of this daemon that are known to run
   */
  ProcessStarter(
      LaunchSettings settings,
      PythonFiles files,
      Path socketDirectory,
      Spawner spawner,
      PoolProcessScan scan,
      Supplier<Set<Long>> knownPids) {
    this.settings = settings;
    this.commandLine = new WorkerCommandLine(settings);
    this.files = files;
    this.socketDirectory = socketDirectory;
    this.spawner = spawner;
    this.scan = scan;
    this.knownPids = knownPids;
  }

  /** What a worker would be started with now. */
  StartedWith startedWith() {
    return StartedWith.of(settings, System.getenv());
  }

  /**
   * Starts a worker.
   *
   * @param name RQ's name of it
   * @param startedWith the text of {@link StartedWith}
   * @throws OutOfMemoryError if the host gives no more threads
   */
  Process worker(LaunchedWorker worker, String name, String startedWith) throws IOException {
    ProcessBuilder builder =
        builder(commandLine.words(files.workerHost(), name, worker.scheduler()));
    commandLine.apply(builder.environment(), worker.rqName(), worker.token());
    builder.environment().put(StartedWith.VARIABLE, startedWith);
    return spawner.spawn(builder);
  }

  /** Starts a fork server. */
  ForkServer forkServer(ForkServer.ForkListener listener) throws IOException {
    String name = settings.pool().id() + "-fork-" + forkServers.incrementAndGet();
    Path socket = socketDirectory.resolve(name);
    ProcessBuilder builder = builder(commandLine.forkServer(files.forkServer(), socket));
    commandLine.applyToForkServer(builder.environment());
    builder.environment().put(StartedWith.VARIABLE, startedWith().text());
    try {
      return ForkServerProcess.start(spawner, builder, socket, listener);
    } catch (OutOfMemoryError e) {
      throw new IOException(atLimit(e), e);
    }
  }

  private ProcessBuilder builder(List<String> words) {
    return new ProcessBuilder(words)
        .directory(settings.directory().toFile())
        .redirectInput(NO_INPUT)
        .redirectOutput(StandardStreams.output())
        .redirectError(StandardStreams.error());
  }

  /**
   * Ends children that are not known. If the host gives no more threads, the JVM may have started a
   * process that nothing waits for.
   *
   * @return what went wrong, for the user
   */
  String atLimit(OutOfMemoryError e) {
    Set<Long> known = new HashSet<>(knownPids.get());
    scan.startedBy(ProcessHandle.current().pid()).stream()
        .filter(pid -> !known.contains(pid))
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .forEach(ProcessHandle::destroy);
    return e.getMessage() + "; raise the limit of processes (ulimit -u, TasksMax=)";
  }
}
