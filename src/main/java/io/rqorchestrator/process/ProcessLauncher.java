package io.rqorchestrator.process;

import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.Footprint;
import io.rqorchestrator.pool.Overhead;
import io.rqorchestrator.pool.RestartBackoff;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.Stray;
import io.rqorchestrator.pool.Survivor;
import io.rqorchestrator.pool.WorkerHandle;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.pool.WorkerProcesses;
import io.rqorchestrator.process.ProcessTable.Entry;
import io.rqorchestrator.time.Tick;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spawns workers as processes of their own, from a fork server or each on its own, and finds those
 * of an earlier daemon. Their output goes wherever the daemon's goes.
 */
public final class ProcessLauncher implements WorkerProcesses, AutoCloseable {

  /** Told of processes that come and go, from other threads. */
  @FunctionalInterface
  public interface Listener {

    /**
     * A worker process has ended.
     *
     * @param exitCode its exit code, 128 + signal if a signal ended it; -1 if nobody knows: its
     *     parent, an earlier daemon or a fork server, died before it
     */
    void exited(WorkerId worker, int exitCode);

    /** A worker that was launched has its process. */
    default void forked(WorkerId worker, long pid) {}

    /** A worker that was launched will have no process. */
    default void failed(WorkerId worker, String problem) {}

    /**
     * A fork server has imported everything.
     *
     * @param took how long it took
     * @param renewed whether that had been asked for by {@link #renew}
     */
    default void preloaded(long pid, Duration took, boolean renewed) {}

    /**
     * A fork server could not import everything.
     *
     * @param renewed whether that had been asked for by {@link #renew}
     */
    default void preloadFailed(String problem, boolean renewed) {}

    /** The fork server died; its workers live on. */
    default void forkServerLost(long pid, String problem) {}
  }

  private static final Logger LOG = LoggerFactory.getLogger(ProcessLauncher.class);
  private static final Redirect NO_INPUT = Redirect.from(new File("/dev/null"));
  private static final int UNKNOWN = -1;

  private final LaunchSettings settings;
  private final WorkerCommandLine commandLine;
  private final PythonFiles files;
  private final RecordedWorkers recorded;
  private final PoolKin kin;
  private final Listener listener;
  private final Spawner spawner;
  private final ProcessRoom room;
  private final LiveWorkers live = new LiveWorkers(ProcessTable::find);
  private final Optional<ForkServers> forkServers;

  /**
   * @param files where the worker host and the fork server are kept
   * @param stateDirectory where the record of the pool's processes is kept: the lock's place
   * @param backoff how long to wait before a fork server that died is replaced
   */
  public ProcessLauncher(
      LaunchSettings settings,
      PythonFiles files,
      Path stateDirectory,
      RestartBackoff backoff,
      Listener listener) {
    this(
        settings,
        files,
        stateDirectory,
        backoff,
        listener,
        Spawner::whereThereIsRoom,
        ProcessRoom.ofThisProcess());
  }

  ProcessLauncher(
      LaunchSettings settings,
      PythonFiles files,
      Path stateDirectory,
      RestartBackoff backoff,
      Listener listener,
      Spawner spawner,
      ProcessRoom room) {
    this.settings = settings;
    this.commandLine = new WorkerCommandLine(settings);
    this.files = files;
    this.recorded = new RecordedWorkers(stateDirectory, settings.poolId());
    this.kin = new PoolKin(settings.poolId(), files, commandLine, ProcessTable::owner);
    this.listener = listener;
    this.spawner = spawner;
    this.room = room;
    ProcessSignal.prepare();
    this.forkServers =
        settings.preload().isEmpty()
            ? Optional.empty()
            : Optional.of(forkServers(stateDirectory, backoff));
  }

  private ForkServers forkServers(Path directory, RestartBackoff backoff) {
    AtomicInteger number = new AtomicInteger();
    return new ForkServers(
        told -> {
          String name = settings.poolId() + "-fork-" + number.incrementAndGet();
          Path socket = directory.resolve(name);
          ProcessBuilder builder = builder(commandLine.forkServer(files.forkServer(), socket));
          commandLine.applyToForkServer(builder.environment());
          builder.environment().put(StartedWith.VARIABLE, startedWith().text());
          try {
            return ForkServerProcess.start(spawner, builder, socket, told);
          } catch (OutOfMemoryError e) {
            throw new IOException(atLimit(e), e);
          }
        },
        settings.startTimeout(),
        backoff,
        new Forked(),
        listener);
  }

  /** What happens to workers that are forked. */
  private final class Forked implements ForkServers.ForkedWorkers {
    @Override
    public void forked(WorkerId worker, ForkedWorker handle, long pid) {
      Survivor forked = new Survivor(pid, handle.rqName(), handle.role(), true, handle.token());
      record(worker, forked.startedWith(startedWith(pid, handle.scheduler())));
      handle.forked(pid, ProcessHandle.of(pid));
      listener.forked(worker, pid);
    }

    @Override
    public void ended(WorkerId worker, long pid, int exitCode) {
      gone(worker, pid, exitCode);
    }

    @Override
    public void orphaned(WorkerId worker, long pid) {
      watch(worker, pid);
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
   * Begins to import what workers are to be forked with.
   *
   * @return completes when that is done, at once if there is nothing to import; or with an
   *     exception whose message says what is wrong
   */
  public CompletableFuture<Void> preload() {
    return forkServers.map(ForkServers::begin).orElse(CompletableFuture.completedFuture(null));
  }

  @Override
  public boolean renew(Tick now) {
    forkServers.ifPresent(ForkServers::renew);
    return forkServers.isPresent();
  }

  @Override
  public boolean isRenewing() {
    return forkServers.filter(ForkServers::isRenewing).isPresent();
  }

  @Override
  public void tend(boolean running, Tick now) {
    room.turn();
    forkServers.ifPresent(servers -> servers.tend(running, now));
    live.lost(now).forEach((id, pid) -> gone(id, pid, UNKNOWN));
  }

  /** Ends the fork servers. Workers, if there are any, live on. */
  @Override
  public void close() {
    forkServers.ifPresent(ForkServers::close);
  }

  @Override
  public WorkerHandle launch(WorkerId id, Role role, boolean withScheduler) throws LaunchException {
    Optional<String> shortage =
        room.shortage(recorded.pids(), forkServers.map(ForkServers::unborn).orElse(0));
    if (shortage.isPresent()) {
      throw new HeldBackException(shortage.get());
    }
    // RQ refuses a name that an earlier worker left behind, so none is ever used twice.
    String unique = UUID.randomUUID().toString().substring(0, 8);
    String name = settings.namePrefix() + "-" + id + "-" + unique;
    String rqName = settings.takesRqOptions() ? name : "";
    String token = WorkerToken.create();
    if (forkServers.isPresent()) {
      List<String> words = commandLine.entry(name, withScheduler);
      ForkServer.Request request =
          new ForkServer.Request(id.toString(), WorkerMark.text(role, rqName, token), token, words);
      return forkServers
          .get()
          .launch(id, request, new ForkedWorker.Identity(rqName, role, token, withScheduler));
    }
    try {
      ProcessBuilder builder = builder(commandLine.words(files.workerHost(), name, withScheduler));
      commandLine.apply(builder.environment(), rqName, token);
      String startedWith = startedWith().withScheduler(withScheduler).text();
      builder.environment().put(StartedWith.VARIABLE, startedWith);
      Process process = spawner.spawn(builder);
      Survivor worker = new Survivor(process.pid(), rqName, role, settings.hosted(), token);
      record(id, worker.startedWith(startedWith));
      CompletableFuture<Void> unused =
          process.onExit().thenAccept(ended -> gone(id, ended.pid(), ended.exitValue()));
      return new WorkerProcess(process.toHandle(), rqName, token, settings.hosted());
    } catch (IOException e) {
      throw new LaunchException(IoProblem.text(e));
    } catch (OutOfMemoryError e) {
      throw new LaunchException(atLimit(e));
    }
  }

  /** What a worker would be started with now. */
  private StartedWith startedWith() {
    return StartedWith.of(settings, System.getenv());
  }

  /** What a fork server was started with, and so what it forks. */
  private static String startedWith(long pid, boolean scheduler) {
    return StartedWith.parse(StartedWith.of(pid))
        .map(forked -> forked.withScheduler(scheduler).text())
        .orElse("");
  }

  /**
   * Where the host gives no more threads, a process may have been started that nobody waits for or
   * knows of. So it is ended.
   *
   * @return what went wrong, for the user
   */
  private String atLimit(OutOfMemoryError e) {
    Set<Long> known = new HashSet<>(recorded.pids());
    forkServers.ifPresent(servers -> known.addAll(servers.pids()));
    kin.startedBy(ProcessHandle.current().pid()).stream()
        .filter(pid -> !known.contains(pid))
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .forEach(ProcessHandle::destroy);
    return e.getMessage() + "; raise the limit of processes (ulimit -u, TasksMax=)";
  }

  private void record(WorkerId id, Survivor worker) {
    long start = ProcessTable.find(worker.pid()).map(Entry::start).orElse(0L);
    live.add(id, worker.pid(), start);
    recorded.add(worker, start);
  }

  @Override
  public void asking(long pid, DrainReason reason) {
    recorded.asking(pid, reason);
  }

  /** Tells of the end of a process that is no child of ours. */
  private Optional<ProcessHandle> watch(WorkerId id, long pid) {
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    try {
      if (process.isEmpty()) {
        gone(id, pid, UNKNOWN);
      } else {
        CompletableFuture<Void> unused =
            process.get().onExit().thenAccept(ended -> gone(id, pid, UNKNOWN));
      }
    } catch (OutOfMemoryError e) { // no thread to wait for it: its end will be seen
      LOG.warn("worker {} (pid {}): {}", id, pid, e.getMessage());
    }
    return process;
  }

  private void gone(WorkerId id, long pid, int exitCode) {
    if (live.remove(id)) {
      recorded.remove(pid);
      listener.exited(id, exitCode);
    }
  }

  @Override
  public List<Survivor> survivors() {
    Map<Long, Survivor> alive = new TreeMap<>();
    recorded.survivors().forEach(worker -> alive.put(worker.pid(), worker));
    endFormerForkServers();
    // The record may be lost, or the daemon died before it wrote it.
    kin.workers().forEach(worker -> alive.putIfAbsent(worker.pid(), worker));
    return List.copyOf(alive.values());
  }

  /**
   * One that hangs has not noticed that its daemon is dead, and keeps ends of workers to itself.
   */
  private void endFormerForkServers() {
    List<Long> ours = forkServers.map(ForkServers::pids).orElse(List.of());
    kin.forkServers().stream()
        .filter(pid -> !ours.contains(pid))
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public List<Survivor> casualties() {
    return recorded.casualties();
  }

  @Override
  public Optional<String> changed(Survivor survivor, Optional<Boolean> scheduler) {
    StartedWith now = startedWith();
    StartedWith today =
        scheduler.filter(any -> settings.takesRqOptions()).map(now::withScheduler).orElse(now);
    return StartedWith.parse(survivor.startedWith())
        .map(then -> then.differences(today))
        .orElse(Optional.of("an earlier release has started it, and nobody knows with what"));
  }

  @Override
  public WorkerHandle adopt(WorkerId id, Survivor survivor) {
    record(id, survivor);
    Optional<ProcessHandle> process = watch(id, survivor.pid());
    return process.isPresent()
        ? new WorkerProcess(process.get(), survivor.rqName(), survivor.token(), survivor.lossFree())
        : new VanishedWorker(survivor);
  }

  @Override
  public List<Stray> strays(Set<Long> workers) {
    Set<Long> known = new HashSet<>(workers);
    forkServers.ifPresent(servers -> known.addAll(servers.pids()));
    return kin.strays(known);
  }

  @Override
  public void end(Stray stray, boolean kill) {
    if (ProcessTable.find(stray.pid()).filter(e -> e.start() == stray.start()).isEmpty()) {
      return;
    }
    ProcessHandle.of(stray.pid())
        .ifPresent(
            process -> {
              if (kill) {
                ProcessTree.killHorse(process);
              } else {
                process.destroy();
              }
            });
  }

  @Override
  public Optional<Overhead> overhead() {
    long servers =
        forkServers.map(ForkServers::pids).orElse(List.of()).stream()
            .flatMap(pid -> ProcessTable.footprint(pid).stream())
            .mapToLong(Footprint::bytes)
            .sum();
    return ProcessTable.footprint(ProcessHandle.current().pid())
        .map(daemon -> new Overhead(daemon.bytes(), servers));
  }

  @Override
  public OptionalLong available() {
    return HostMemory.ofThisProcess().available();
  }

  @Override
  public Optional<Footprint> memory(long pid) {
    return ProcessTable.footprint(pid)
        .map(
            worker ->
                ProcessTable.descendants(pid).stream()
                    .flatMap(child -> ProcessTable.footprint(child).stream())
                    .reduce(worker, Footprint::plus));
  }
}
