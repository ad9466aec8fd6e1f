package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.Ending;
import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.measure.BusyLedger;
import io.rqorchestrator.measure.JobLedger;
import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.Pool;
import io.rqorchestrator.pool.PoolAction;
import io.rqorchestrator.pool.PoolMode;
import io.rqorchestrator.pool.PoolRules;
import io.rqorchestrator.pool.RecycleRules;
import io.rqorchestrator.pool.RestartBackoff;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.Survivor;
import io.rqorchestrator.pool.Vacancy;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerHandle;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.pool.WorkerLauncher.LaunchException;
import io.rqorchestrator.pool.WorkerPhase.Running;
import io.rqorchestrator.pool.WorkerProcesses;
import io.rqorchestrator.rq.RqRecords;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The pool together with its processes: carries out planned actions through the ports, takes in
 * exits and sightings, and keeps the ledger told of who counts.
 */
final class Crew {

  /** Beyond this, an idle worker of ours that does not beat while jobs wait is stuck. */
  private static final Duration NO_HEARTBEAT = Duration.ofSeconds(30);

  /**
   * An adopted worker that shows nothing of itself for this long is stuck. One at a job writes
   * every half minute, even after Redis lost its record.
   */
  private static final Duration NO_SIGN = Duration.ofMinutes(1);

  private final WorkerProcesses processes;
  private PoolRules rules;
  private final BusyLedger ledger;
  private final RestartBackoff backoff;
  private final EventSink events;
  private final Map<WorkerId, WorkerHandle> handles = new HashMap<>();

  /** Workers met in mid-life: what they did before does not count. */
  private final Set<WorkerId> adopted = new HashSet<>();

  private Pool pool = Pool.EMPTY;
  private int lastNumber;
  private final Strays strays;
  private final Health health;
  private final PoolMemory memory;
  private final Recycling recycling;
  private final RecordMatch match;
  private final Departures departures;
  private final Ghosts ghosts;
  private final JobTally jobs = new JobTally();
  private boolean toldUnguarded;

  /**
   * @param rules which workers run RQ's scheduler
   * @param hostname this host as Python's {@code socket.gethostname()} names it
   */
  Crew(
      WorkerProcesses processes,
      PoolRules rules,
      String hostname,
      RecycleRules recycleRules,
      BusyLedger ledger,
      RestartBackoff backoff,
      RqRecords records,
      EventSink events) {
    this.processes = processes;
    this.rules = rules;
    this.ledger = ledger;
    this.backoff = backoff;
    this.events = events;
    this.strays = new Strays(processes, events);
    this.health = new Health(events);
    this.memory = new PoolMemory(processes);
    this.recycling = new Recycling(recycleRules, events);
    this.match = new RecordMatch(hostname);
    this.departures = new Departures(backoff);
    this.ghosts = new Ghosts(records, events);
  }

  Pool pool() {
    return pool;
  }

  Health health() {
    return health;
  }

  Strays strays() {
    return strays;
  }

  /**
   * Keeps to other rules from now on. In a pool that may shrink to nothing every worker runs RQ's
   * scheduler, so those that don't are replaced.
   */
  void keepTo(PoolRules changed, Tick now) {
    boolean allSchedule = changed.runsScheduler(Role.ELASTIC);
    boolean replaces = allSchedule && !rules.runsScheduler(Role.ELASTIC);
    rules = changed;
    for (Worker worker : pool.workers()) {
      boolean lacksScheduler = worker.isActive() && worker.role() == Role.ELASTIC;
      if (replaces && lacksScheduler && worker.outdated().isEmpty()) {
        outdate(worker, DrainReason.RECYCLE, "it runs no scheduler, as all do at min 0", now);
      }
    }
  }

  /** What the workers take of memory. */
  PoolMemory memory() {
    return memory;
  }

  /** What the workers' jobs were like. */
  JobLedger jobs() {
    return jobs.ledger();
  }

  /** Takes over the workers that an earlier daemon of this pool left behind. */
  void adoptSurvivors(Tick now) {
    for (Survivor survivor : processes.survivors()) {
      WorkerId id = new WorkerId(++lastNumber);
      WorkerHandle handle = processes.adopt(id, survivor);
      handles.put(id, handle);
      pool = pool.with(Worker.adopted(id, handle, survivor.role(), now));
      adopted.add(id);
      events.accept(now, new Event.WorkerAdopted(id, survivor.pid(), survivor.role()));
    }
    processes.casualties().forEach(ghosts::add);
  }

  /** Names under which our workers are, or will be, found in Redis. */
  Set<String> rqNames() {
    Set<String> names = new HashSet<>();
    for (Worker worker : pool.workers()) {
      nameOf(worker).ifPresent(names::add);
    }
    pool.vacancies().forEach(vacancy -> vacancy.formerName().ifPresent(names::add));
    names.addAll(ghosts.names());
    names.addAll(jobs.names());
    return names;
  }

  /** Those of them that died without taking their leave. */
  Set<String> deadNames() {
    return ghosts.names();
  }

  /** Active workers that should have been readable in the newest sample and were not. */
  int unread() {
    return (int)
        pool.workers().stream()
            .filter(worker -> worker.isActive() && worker.phase() instanceof Running)
            .filter(worker -> worker.record().flatMap(RqWorker::busy).isEmpty())
            .count();
  }

  /** Matches workers with their records and tells the ledger how busy they were. */
  void observe(RqSnapshot snapshot, Tick now) {
    pardon(snapshot, now);
    strays.observe(snapshot);
    ghosts.observe(snapshot);
    jobs.observeGone(snapshot);
    for (Worker worker : pool.workers()) {
      Optional<RqWorker> found =
          match.find(worker, handles.get(worker.id()), adopted.contains(worker.id()), snapshot);
      if (found.isEmpty() && worker.record().isEmpty()) {
        continue;
      }
      RqWorker seen = found.orElseGet(() -> RqWorker.unreadable(nameOf(worker).orElseThrow()));
      if (worker.record().isEmpty() && !adopted.contains(worker.id())) {
        ledger.begin(worker.startedAt(), seen.name());
        jobs.begin(seen.name());
      }
      Worker newer = worker.seen(seen, now);
      pool = pool.with(newer);
      seen.busy()
          .ifPresent(busy -> ledger.observe(snapshot.at(), seen.name(), busy, seen.isBusy()));
      jobs.observe(seen, snapshot.at());
      tellReady(worker, newer, now);
    }
  }

  /** An early exit was no crash if the worker had done jobs, as it turns out now. */
  private void pardon(RqSnapshot snapshot, Tick now) {
    for (Vacancy vacancy : pool.vacancies()) {
      if (Departures.hadWorked(vacancy, snapshot)) {
        pool = pool.without(vacancy).with(new Vacancy(0, now, Optional.empty()));
        events.accept(now, new Event.CrashPardoned(vacancy.formerName().orElseThrow()));
      }
    }
  }

  private void tellReady(Worker before, Worker after, Tick now) {
    if (!(after.phase() instanceof Running) || before.phase() instanceof Running) {
      return;
    }
    events.accept(
        now, new Event.WorkerReady(after.id(), after.pid(), now.since(after.startedAt())));
    boolean unguarded =
        after.lossFree() && after.record().flatMap(RqWorker::guarded).equals(Optional.of(false));
    if (unguarded && !toldUnguarded) {
      toldUnguarded = true;
      events.accept(now, new Event.Unguarded("the worker host does not know this version of RQ"));
    }
  }

  /** Carries out one planned action. */
  void carryOut(PoolAction action, Tick now) {
    if (action instanceof PoolAction.Start start) {
      launch(start.role(), 0, now);
    } else if (action instanceof PoolAction.Refill refill) {
      pool = pool.without(refill.vacancy());
      launch(refill.role(), refill.vacancy().failures(), now);
    } else if (action instanceof PoolAction.GiveUp giveUp) {
      pool = pool.without(giveUp.vacancy());
    } else if (action instanceof PoolAction.Drain drain) {
      drain(drain, now);
    }
  }

  private void launch(Role role, int failures, Tick now) {
    WorkerId id = new WorkerId(++lastNumber);
    try {
      WorkerHandle handle = processes.launch(id, role, rules.runsScheduler(role));
      handles.put(id, handle);
      Worker worker = Worker.started(id, 0, role, handle.lossFree(), now, failures);
      pool = pool.with(worker);
      if (handle.pid() != 0) {
        begun(worker, handle, now);
      }
    } catch (LaunchException e) {
      failed("start failed: " + e.getMessage(), failures + 1, now);
    }
  }

  private void begun(Worker worker, WorkerHandle handle, Tick now) {
    Worker begun = worker.begunAs(handle.pid());
    pool = pool.with(begun);
    events.accept(
        now, new Event.WorkerStarted(begun.id(), begun.pid(), begun.role(), handle.rqName()));
  }

  /** Its place waits for the next try. */
  private void failed(String problem, int failures, Tick now) {
    Duration wait = backoff.after(failures);
    pool = pool.with(new Vacancy(failures, now.plus(wait), Optional.empty()));
    health.blame(problem);
    events.accept(now, new Event.StartFailed(problem, wait));
  }

  /** A launched worker has got its process. */
  void forked(WorkerId id, Tick now) {
    Worker worker = pool.find(id).orElse(null);
    WorkerHandle handle = handles.get(id);
    if (worker != null && handle != null && worker.pid() == 0) {
      begun(worker, handle, now);
    }
  }

  /** A launched worker will have no process. */
  void launchFailed(WorkerId id, String problem, Tick now) {
    Worker worker = pool.find(id).orElse(null);
    if (worker == null) {
      return;
    }
    handles.remove(id);
    pool = pool.without(id);
    if (worker.isActive()) {
      failed("start failed: " + problem, worker.failures() + 1, now);
    }
  }

  /**
   * Makes ready to start workers with the code as it is now.
   *
   * @return whether that takes its time, and a message tells when it is done
   */
  boolean renew(Tick now) {
    return processes.renew(now);
  }

  /** New workers can run the newest code. */
  void preloaded() {
    health.preloaded();
  }

  /** New workers cannot run the newest code. */
  void preloadFailed(String problem) {
    health.preloadFailed(problem);
  }

  private void drain(PoolAction.Drain action, Tick now) {
    Worker worker = action.worker();
    WorkerHandle handle = handles.get(worker.id());
    if (handle == null) {
      return;
    }
    pool = pool.with(worker.draining(action.reason(), action.step(), now));
    worker.rqName().ifPresent(name -> ledger.end(now, name));
    events.accept(
        now,
        new Event.WorkerDraining(
            worker.id(), worker.pid(), action.reason(), action.step(), worker.job()));
    switch (action.step()) {
      case MARKED -> {}
      case ASKED, COLD -> handle.terminate();
      case KILLED -> handle.kill();
    }
    if (action.reason() == DrainReason.START_TIMEOUT) {
      failed(worker.id() + " did not register in time", worker.failures() + 1, now);
    }
  }

  /**
   * Takes in the end of a process.
   *
   * @param redisAnswers whether Redis was there for it
   */
  void exited(WorkerId id, int exitCode, boolean redisAnswers, Tick now) {
    Worker worker = pool.find(id).orElse(null);
    if (worker == null) {
      return;
    }
    Optional<String> name = nameOf(worker);
    name.ifPresent(known -> ledger.end(now, known));
    name.ifPresent(known -> jobs.end(known, now));
    handles.remove(id);
    adopted.remove(id);
    if (exitCode != 0) {
      // It did not take its leave: of its horse, of its scheduler, of Redis.
      strays.suspect();
      name.ifPresent(ghosts::add);
    } else if (worker.isCutShort()) {
      strays.suspect();
    }
    Departure departure = departures.of(worker, name, exitCode, redisAnswers, now);
    if (departure.ending() == Ending.CRASHED) {
      health.blame(departure.describe(worker));
    }
    pool = pool.without(id);
    if (departure.vacancy().isPresent()) {
      pool = pool.with(departure.vacancy().get());
    }
    events.accept(
        now,
        new Event.WorkerGone(
            id,
            worker.pid(),
            departure.ending(),
            departure.exit(),
            departure.uptime(),
            departure.retryIn(now)));
  }

  /**
   * Looks after what does not follow from the pool's target: strays, ghosts, worn workers, health.
   *
   * @param sighted whether the newest sample can be trusted
   * @param ending whether the daemon stops, and how
   * @param queued jobs waiting
   * @param trouble what the pool suffers from besides its workers' health; empty if from nothing
   */
  void tend(boolean sighted, PoolMode ending, long queued, Optional<String> trouble, Tick now) {
    processes.tend(ending == PoolMode.RUN, now);
    Set<Long> pids = new HashSet<>();
    pool.workers().stream().map(Worker::pid).filter(pid -> pid != 0).forEach(pids::add);
    strays.watch(pids, ending == PoolMode.COLD_STOP, now);
    List<PoolMemory.Reading> weighed = memory.read(pool, now);
    memory.news(pool).ifPresent(event -> events.accept(now, event));
    if (ending == PoolMode.RUN) {
      health.check(pool, trouble, now);
    }
    if (!sighted) {
      return;
    }
    if (strays.isEmpty()) {
      // The record goes only after the horse: RQ looks its job up there.
      ghosts.remove(now);
    }
    recycling
        .next(pool, weighed, now)
        .ifPresent(worn -> outdate(worn.worker(), DrainReason.RECYCLE, worn.why(), now));
    for (Worker worker : pool.workers()) {
      if (queued > 0 && isWedged(worker, now)) {
        outdate(worker, DrainReason.UNRESPONSIVE, "no heartbeat", now);
      } else if (worker.outdated().isEmpty() && worker.isUnseen(NO_SIGN, now)) {
        outdate(worker, DrainReason.UNRESPONSIVE, "no record in Redis", now);
      }
    }
  }

  /** Silence while nobody could hear says nothing. */
  void forgiveSilence(Tick now) {
    for (Worker worker : pool.workers()) {
      pool = pool.with(worker.heardAt(now));
    }
  }

  /** A worker in our host beats every second while it is idle; one of stock RQ need not. */
  private static boolean isWedged(Worker worker, Tick now) {
    return worker.isRunning()
        && worker.record().flatMap(RqWorker::guarded).orElse(false)
        && worker.outdated().isEmpty()
        && worker.isIdle()
        && now.hasPassed(NO_HEARTBEAT, worker.beatAt());
  }

  /** Every active worker is to be replaced. */
  void outdateAll(DrainReason reason, Tick now) {
    for (Worker worker : pool.workers()) {
      if (worker.isActive() && !worker.outdated().equals(Optional.of(reason))) {
        outdate(worker, reason, "rolling restart", now);
      }
    }
  }

  private void outdate(Worker worker, DrainReason reason, String why, Tick now) {
    pool = pool.with(worker.outdatedBy(reason));
    if (reason != DrainReason.RESTART) {
      events.accept(now, new Event.WorkerOutdated(worker.id(), worker.pid(), reason, why));
    }
  }

  /** Whether nothing of the pool is left, not even what dead workers left behind. */
  boolean isGone() {
    return pool.live() == 0 && strays.isEmpty();
  }

  /** The pool has come to its end: whatever is left in Redis goes without further ado. */
  void close(Tick now) {
    ghosts.remove(now);
  }

  private Optional<String> nameOf(Worker worker) {
    return RecordMatch.name(worker, handles.get(worker.id()));
  }
}
