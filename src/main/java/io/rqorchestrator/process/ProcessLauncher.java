package io.rqorchestrator.process;

import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.Footprint;
import io.rqorchestrator.pool.Orphan;
import io.rqorchestrator.pool.Overhead;
import io.rqorchestrator.pool.RestartBackoff;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.Survivor;
import io.rqorchestrator.pool.WorkerHandle;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.pool.WorkerProcesses;
import io.rqorchestrator.process.ProcessTable.ProcessEntry;
import io.rqorchestrator.time.Tick;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spawns workers as processes of their own, from a fork server or each on its own, and finds those
 * of an earlier daemon. Their output goes wherever the daemon's goes.
 */
public final class ProcessLauncher implements WorkerProcesses, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ProcessLauncher.class);
  private static final Redirect NO_INPUT = Redirect.from(new File("/dev/null"));
  private static final int UNKNOWN = -1;

  private final LaunchSettings settings;
  private final WorkerCommandLine commandLine;
  private final PythonFiles files;
  private final RecordedWorkers recorded;
  private final PoolProcessScan scan;
  private final ProcessListener listener;
  private final Spawner spawner;
  private final ProcessRoom room;
  private final LaunchThreads threads;
  private final LiveWorkers live = new LiveWorkers(ProcessTable::find);
  private final Optional<ForkServers> forkServers;
  private final StartedWith atStart;
  private final ProcessScales scales;
  private final LeftBehind leftBehind;

  /** Renewals that were asked for and have not begun. */
  private final AtomicInteger renewals = new AtomicInteger();

  /** Whether what is to be seen to every turn is being seen to. */
  private final AtomicBoolean tending = new AtomicBoolean();

  /**
   * @param files where the worker host and the fork server are kept
   * @param stateDirectory where the record of the pool's processes is kept: the lock's place
   * @param backoff how long to wait before a fork server that died is replaced
   * @param threads do what takes its time
   */
  public ProcessLauncher(
      LaunchSettings settings,
      PythonFiles files,
      Path stateDirectory,
      RestartBackoff backoff,
      LaunchThreads threads,
      ProcessListener listener) {
    this(
        settings,
        files,
        stateDirectory,
        backoff,
        threads,
        listener,
        Spawner::whereThereIsRoom,
        ProcessRoom.ofThisProcess());
  }

  ProcessLauncher(
      LaunchSettings settings,
      PythonFiles files,
      Path stateDirectory,
      RestartBackoff backoff,
      LaunchThreads threads,
      ProcessListener listener,
      Spawner spawner,
      ProcessRoom room) {
    this.settings = settings;
    this.commandLine = new WorkerCommandLine(settings);
    this.files = files;
    this.recorded = new RecordedWorkers(stateDirectory, settings.poolId(), threads.files());
    this.scan = new PoolProcessScan(settings.poolId(), files, commandLine, ProcessTable::owner);
    this.listener = listener;
    this.spawner = spawner;
    this.room = room;
    this.threads = threads;
    ProcessSignal.prepare();
    this.forkServers =
        settings.preload().isEmpty()
            ? Optional.empty()
            : Optional.of(forkServers(stateDirectory, backoff));
    this.atStart = startedWith();
    this.scales = new ProcessScales(this::forkServerPids, threads.looks());
    this.leftBehind =
        new LeftBehind(recorded, scan, this::forkServerPids, threads.looks(), listener::found);
  }

  private List<Long> forkServerPids() {
    return forkServers.map(ForkServers::pids).orElse(List.of());
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
    public void forked(WorkerId worker, LaunchedWorker handle, long pid) {
      String startedWith = startedWith(pid, handle.scheduler());
      begun(worker, handle, pid, ProcessHandle.of(pid), startedWith);
    }

    @Override
    public void ended(WorkerId worker, long pid, int exitCode) {
      gone(worker, pid, exitCode);
    }

    @Override
    public void reparented(WorkerId worker, long pid) {
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
    forkServers.ifPresent(
        servers -> {
          renewals.incrementAndGet();
          threads.starts().execute(() -> renewNow(servers));
        });
    return forkServers.isPresent();
  }

  private void renewNow(ForkServers servers) {
    try {
      servers.renew();
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      listener.preloadFailed(String.valueOf(e), true);
    } finally {
      renewals.decrementAndGet();
    }
  }

  @Override
  public boolean isRenewing() {
    return renewals.get() > 0 || forkServers.filter(ForkServers::isRenewing).isPresent();
  }

  @Override
  public void tend(boolean running, Tick now) {
    if (tending.compareAndSet(false, true)) {
      threads.starts().execute(() -> tendNow(running, now));
    }
  }

  private void tendNow(boolean running, Tick now) {
    try {
      room.turn();
      forkServers.ifPresent(servers -> servers.tend(running, now));
      live.lost(now).forEach((id, pid) -> gone(id, pid, UNKNOWN));
    } finally {
      tending.set(false);
    }
  }

  /** Ends the fork servers. Workers, if there are any, live on. */
  @Override
  public void close() {
    forkServers.ifPresent(ForkServers::close);
  }

  @Override
  public WorkerHandle launch(WorkerId id, Role role, boolean withScheduler) {
    // RQ refuses a name that an earlier worker left behind, so none is ever used twice.
    String unique = UUID.randomUUID().toString().substring(0, 8);
    String name = settings.namePrefix() + "-" + id + "-" + unique;
    LaunchedWorker worker =
        new LaunchedWorker(
            new LaunchedWorker.ProcessIdentity(
                settings.takesRqOptions() ? name : "",
                role,
                WorkerToken.create(),
                settings.hosted(),
                withScheduler),
            () -> threads.starts().execute(() -> withdraw(id)));
    threads.starts().execute(() -> start(id, worker, name));
    return worker;
  }

  private void withdraw(WorkerId id) {
    forkServers.ifPresent(servers -> servers.withdraw(id));
  }

  private void start(WorkerId id, LaunchedWorker worker, String name) {
    if (worker.isUnwanted()) {
      listener.failed(id, "not wanted any more");
      return;
    }
    try {
      Optional<String> shortage =
          room.shortage(recorded.pids(), forkServers.map(ForkServers::unborn).orElse(0));
      if (shortage.isPresent()) {
        listener.heldBack(id, shortage.get());
        return;
      }
      if (forkServers.isPresent()) {
        fork(forkServers.get(), id, worker, commandLine.entry(name, worker.scheduler()));
      } else {
        spawn(id, worker, commandLine.words(files.workerHost(), name, worker.scheduler()));
      }
    } catch (LaunchException e) {
      listener.failed(id, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      listener.failed(id, IoProblem.text(e));
    } catch (OutOfMemoryError e) {
      listener.failed(id, atLimit(e));
    } catch (RuntimeException | LinkageError e) {
      listener.failed(id, String.valueOf(e));
    }
  }

  private static void fork(
      ForkServers servers, WorkerId id, LaunchedWorker worker, List<String> words)
      throws LaunchException {
    String mark = WorkerMark.text(worker.role(), worker.rqName(), worker.token());
    servers.launch(
        id, new ForkServer.ForkRequest(id.toString(), mark, worker.token(), words), worker);
  }

  private void spawn(WorkerId id, LaunchedWorker worker, List<String> words) throws IOException {
    ProcessBuilder builder = builder(words);
    commandLine.apply(builder.environment(), worker.rqName(), worker.token());
    String startedWith = startedWith().withScheduler(worker.scheduler()).text();
    builder.environment().put(StartedWith.VARIABLE, startedWith);
    Process process = spawner.spawn(builder);
    begun(id, worker, process.pid(), Optional.of(process.toHandle()), startedWith);
    try {
      CompletableFuture<Void> unused =
          process.onExit().thenAccept(ended -> gone(id, ended.pid(), ended.exitValue()));
    } catch (OutOfMemoryError e) { // no thread to wait for it: its end will be seen
      LOG.warn("worker {} (pid {}): {}", id, process.pid(), e.getMessage());
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

  private void begun(
      WorkerId id,
      LaunchedWorker worker,
      long pid,
      Optional<ProcessHandle> process,
      String startedWith) {
    Survivor begun =
        new Survivor(pid, worker.rqName(), worker.role(), worker.lossFree(), worker.token());
    record(id, begun.startedWith(startedWith));
    worker.begun(pid, process);
    listener.forked(id, pid);
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
    scan.startedBy(ProcessHandle.current().pid()).stream()
        .filter(pid -> !known.contains(pid))
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .forEach(ProcessHandle::destroy);
    return e.getMessage() + "; raise the limit of processes (ulimit -u, TasksMax=)";
  }

  private void record(WorkerId id, Survivor worker) {
    long start = ProcessTable.find(worker.pid()).map(ProcessEntry::start).orElse(0L);
    live.add(id, worker.pid(), start);
    recorded.add(worker, start);
  }

  @Override
  public void asking(long pid, DrainReason reason) {
    recorded.asking(pid, reason);
  }

  private void watch(WorkerId id, long pid) {
    watch(id, pid, ProcessHandle.of(pid));
  }

  /** Tells of the end of a process that is no child of ours. */
  private void watch(WorkerId id, long pid, Optional<ProcessHandle> process) {
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
  }

  private void gone(WorkerId id, long pid, int exitCode) {
    if (live.remove(id)) {
      recorded.remove(pid);
      listener.exited(id, exitCode);
    }
  }

  @Override
  public boolean knowsSurvivors() {
    return leftBehind.isKnown();
  }

  @Override
  public List<Survivor> survivors() {
    return leftBehind.survivors();
  }

  @Override
  public List<Survivor> casualties() {
    return leftBehind.casualties();
  }

  @Override
  public Optional<String> changed(Survivor survivor, Optional<Boolean> scheduler) {
    StartedWith today =
        scheduler
            .filter(any -> settings.takesRqOptions())
            .map(atStart::withScheduler)
            .orElse(atStart);
    return StartedWith.parse(survivor.startedWith())
        .map(then -> then.differences(today))
        .orElse(Optional.of("an earlier release has started it, and nobody knows with what"));
  }

  @Override
  public WorkerHandle adopt(WorkerId id, Survivor survivor) {
    Optional<ProcessHandle> process = ProcessHandle.of(survivor.pid());
    threads
        .starts()
        .execute(
            () -> {
              record(id, survivor);
              watch(id, survivor.pid(), process);
            });
    return process.isPresent()
        ? new WorkerProcess(process.get(), survivor.rqName(), survivor.token(), survivor.lossFree())
        : new VanishedWorker(survivor);
  }

  @Override
  public Optional<List<Orphan>> orphans(Set<Long> workers) {
    return leftBehind.orphans(workers);
  }

  @Override
  public void end(Orphan orphan, boolean kill) {
    leftBehind.end(orphan, kill);
  }

  @Override
  public void weigh(Set<Long> pids) {
    scales.weigh(pids);
  }

  @Override
  public boolean isWeighed(long pid) {
    return scales.isWeighed(pid);
  }

  @Override
  public Optional<Footprint> memory(long pid) {
    return scales.memory(pid);
  }

  @Override
  public Optional<Overhead> overhead() {
    return scales.overhead();
  }

  @Override
  public OptionalLong available() {
    return scales.available();
  }
}
