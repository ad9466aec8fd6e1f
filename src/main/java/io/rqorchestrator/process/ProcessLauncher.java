package io.rqorchestrator.process;

import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.Footprint;
import io.rqorchestrator.pool.Orphan;
import io.rqorchestrator.pool.Overhead;
import io.rqorchestrator.pool.ProcessListener;
import io.rqorchestrator.pool.RestartBackoff;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.Survivor;
import io.rqorchestrator.pool.WorkerHandle;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.pool.WorkerProcesses;
import io.rqorchestrator.time.Tick;
import java.io.IOException;
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

/**
 * Starts workers as processes, forked by a fork server or each by itself, and finds the workers of
 * an earlier daemon.
 */
public final class ProcessLauncher implements WorkerProcesses, AutoCloseable {

  private final LaunchSettings settings;
  private final WorkerCommandLine commandLine;
  private final RecordedWorkers recorded;
  private final ProcessListener listener;
  private final ProcessRoom room;
  private final LaunchThreads threads;
  private final ProcessRegister register;
  private final ProcessStarter starter;
  private final Optional<ForkServers> forkServers;
  private final StartedWith atStart;
  private final ProcessMemory memory;
  private final ProcessSearch search;

  /** Renewals that were requested and have not begun. */
  private final AtomicInteger renewals = new AtomicInteger();

  /** Whether the work of {@link #tend} is under way. */
  private final AtomicBoolean tending = new AtomicBoolean();

  /**
   * @param files where the worker host and the fork server are kept
   * @param stateDirectory where the state file is kept, beside the lock
   * @param backoff how long to wait before a fork server that died is replaced
   * @param threads do the work that takes time
   */
  public ProcessLauncher(
      LaunchSettings settings,
      PythonFiles files,
      Path stateDirectory,
      RestartBackoff backoff,
      LaunchThreads threads,
      ProcessListener listener) {
    this(settings, files, stateDirectory, backoff, threads, listener, ProcessHost.ofThisProcess());
  }

  ProcessLauncher(
      LaunchSettings settings,
      PythonFiles files,
      Path stateDirectory,
      RestartBackoff backoff,
      LaunchThreads threads,
      ProcessListener listener,
      ProcessHost host) {
    this.settings = settings;
    this.commandLine = new WorkerCommandLine(settings);
    this.recorded = new RecordedWorkers(stateDirectory, settings.pool().id(), threads.files());
    this.listener = listener;
    this.room = host.room();
    this.threads = threads;
    this.register = new ProcessRegister(recorded, listener);
    PoolProcessScan scan =
        new PoolProcessScan(settings.pool().id(), files, commandLine, ProcessTable::owner);
    this.starter =
        new ProcessStarter(settings, files, stateDirectory, host.spawner(), scan, this::knownPids);
    ProcessSignal.prepare();
    this.forkServers =
        settings.preload().modules().isEmpty()
            ? Optional.empty()
            : Optional.of(
                new ForkServers(
                    starter::forkServer,
                    settings.preload().timeout(),
                    backoff,
                    register,
                    listener));
    this.atStart = starter.startedWith();
    this.memory = new ProcessMemory(this::forkServerPids, threads.looks());
    this.search =
        new ProcessSearch(
            recorded, scan, this::forkServerPids, threads.looks(), listener::processesFound);
  }

  private Set<Long> knownPids() {
    Set<Long> known = new HashSet<>(recorded.pids());
    known.addAll(forkServerPids());
    return known;
  }

  private List<Long> forkServerPids() {
    return forkServers.map(ForkServers::pids).orElse(List.of());
  }

  /**
   * Begins to import the modules that forked workers share.
   *
   * @return completes when that is done, or at once if there is nothing to import, or with an
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
      register.reportLost(now);
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
    // RQ refuses a name whose record still exists, so no name is used twice.
    String unique = UUID.randomUUID().toString().substring(0, 8);
    String name = settings.pool().workerPrefix() + "-" + id + "-" + unique;
    LaunchedWorker worker =
        new LaunchedWorker(
            new LaunchedWorker.ProcessIdentity(
                settings.program().takesRqOptions() ? name : "",
                role,
                WorkerToken.create(),
                settings.program().hosted(),
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
      listener.launchFailed(id, "not wanted any more");
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
        spawn(id, worker, name);
      }
    } catch (LaunchException e) {
      listener.launchFailed(id, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      listener.launchFailed(id, IoProblem.text(e));
    } catch (OutOfMemoryError e) {
      listener.launchFailed(id, starter.atLimit(e));
    } catch (RuntimeException | LinkageError e) {
      listener.launchFailed(id, String.valueOf(e));
    }
  }

  private static void fork(
      ForkServers servers, WorkerId id, LaunchedWorker worker, List<String> words)
      throws LaunchException {
    String mark = WorkerMark.text(worker.role(), worker.rqName(), worker.token());
    servers.launch(
        id, new ForkServer.ForkRequest(id.toString(), mark, worker.token(), words), worker);
  }

  private void spawn(WorkerId id, LaunchedWorker worker, String name) throws IOException {
    String startedWith = starter.startedWith().withScheduler(worker.scheduler()).text();
    Process process = starter.worker(worker, name, startedWith);
    register.spawned(id, worker, process, startedWith);
  }

  @Override
  public void endRequested(long pid, DrainReason reason) {
    recorded.endRequested(pid, reason);
  }

  @Override
  public boolean knowsSurvivors() {
    return search.isKnown();
  }

  @Override
  public List<Survivor> survivors() {
    return search.survivors();
  }

  @Override
  public List<Survivor> recordedDead() {
    return search.recordedDead();
  }

  @Override
  public Optional<String> changed(Survivor survivor, Optional<Boolean> scheduler) {
    StartedWith today =
        scheduler
            .filter(any -> settings.program().takesRqOptions())
            .map(atStart::withScheduler)
            .orElse(atStart);
    return StartedWith.parse(survivor.startedWith())
        .map(then -> then.differences(today))
        .orElse(Optional.of("an earlier release has started it, and its options are not known"));
  }

  @Override
  public WorkerHandle adopt(WorkerId id, Survivor survivor) {
    Optional<ProcessHandle> process = ProcessHandle.of(survivor.pid());
    threads.starts().execute(() -> register.adopted(id, survivor, process));
    return process.isPresent()
        ? new WorkerProcess(process.get(), survivor.rqName(), survivor.token(), survivor.lossFree())
        : new VanishedWorker(survivor);
  }

  @Override
  public Optional<List<Orphan>> orphans(Set<Long> workers) {
    return search.orphans(workers);
  }

  @Override
  public void end(Orphan orphan, boolean kill) {
    search.end(orphan, kill);
  }

  @Override
  public void beginReading(Set<Long> pids) {
    memory.beginReading(pids);
  }

  @Override
  public boolean hasReading(long pid) {
    return memory.hasReading(pid);
  }

  @Override
  public Optional<Footprint> memory(long pid) {
    return memory.memory(pid);
  }

  @Override
  public Optional<Overhead> overhead() {
    return memory.overhead();
  }

  @Override
  public OptionalLong available() {
    return memory.available();
  }
}
