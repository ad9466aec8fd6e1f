package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.Ending;
import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.measure.BusyLedger;
import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.Pool;
import io.rqorchestrator.pool.PoolAction;
import io.rqorchestrator.pool.PoolRules;
import io.rqorchestrator.pool.RecycleRules;
import io.rqorchestrator.pool.RestartBackoff;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.Stray;
import io.rqorchestrator.pool.Survivor;
import io.rqorchestrator.pool.Vacancy;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerHandle;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.pool.WorkerLauncher.LaunchException;
import io.rqorchestrator.pool.WorkerPhase.Draining;
import io.rqorchestrator.pool.WorkerPhase.Running;
import io.rqorchestrator.pool.WorkerProcesses;
import io.rqorchestrator.rq.RqRecords;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The pool together with its processes: carries out planned actions through the ports, takes in
 * exits and sightings, and keeps the ledger told of who counts.
 */
final class Crew {

  /**
   * An exit with code 0 that comes sooner counts as a crash, unless a job was done: RQ also exits 0
   * on an unhandled exception in its main loop.
   */
  private static final Duration TOO_SOON = Duration.ofSeconds(10);

  /** Beyond this, an idle worker of ours that does not beat while jobs wait is stuck. */
  private static final Duration NO_HEARTBEAT = Duration.ofSeconds(30);

  private final WorkerProcesses processes;
  private final PoolRules rules;
  private final String hostname;
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
  private final Recycling recycling;
  private final RqRecords records;
  private final Set<String> ghosts = new HashSet<>();
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
    this.hostname = hostname;
    this.ledger = ledger;
    this.backoff = backoff;
    this.events = events;
    this.records = records;
    this.strays = new Strays(processes, events);
    this.health = new Health(events);
    this.recycling = new Recycling(recycleRules, processes, events);
  }

  Pool pool() {
    return pool;
  }

  /** Takes over the workers that an earlier daemon of this pool left behind. */
  void adoptSurvivors(Tick now) {
    for (Survivor survivor : processes.survivors()) {
      adopt(survivor, now);
    }
  }

  private void adopt(Survivor survivor, Tick now) {
    WorkerId id = new WorkerId(++lastNumber);
    handles.put(id, processes.adopt(id, survivor));
    pool =
        pool.with(Worker.started(id, survivor.pid(), survivor.role(), survivor.lossFree(), now, 0));
    adopted.add(id);
    events.accept(now, new Event.WorkerAdopted(id, survivor.pid(), survivor.role()));
  }

  /** Names under which our workers are, or will be, found in Redis. */
  Set<String> rqNames() {
    Set<String> names = new HashSet<>();
    for (Worker worker : pool.workers()) {
      nameOf(worker).ifPresent(names::add);
    }
    pool.vacancies().forEach(vacancy -> vacancy.formerName().ifPresent(names::add));
    return names;
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
    adoptUnrecorded(snapshot, now);
    pardon(snapshot, now);
    for (Worker worker : pool.workers()) {
      Optional<RqWorker> found = find(worker, snapshot);
      if (found.isEmpty() && worker.record().isEmpty()) {
        continue;
      }
      RqWorker seen = found.orElseGet(() -> RqWorker.unreadable(nameOf(worker).orElseThrow()));
      if (worker.record().isEmpty() && !adopted.contains(worker.id())) {
        ledger.begin(worker.startedAt(), seen.name());
      }
      Worker newer = worker.seen(seen, now);
      pool = pool.with(newer);
      seen.busy()
          .ifPresent(busy -> ledger.observe(snapshot.at(), seen.name(), busy, seen.isBusy()));
      tellReady(worker, newer, now);
    }
  }

  /** The pool's mark is the second source: a daemon may have died before it wrote its record. */
  private void adoptUnrecorded(RqSnapshot snapshot, Tick now) {
    for (Stray stray : strays.known()) {
      snapshot.workers().values().stream()
          .filter(seen -> !seen.dead() && seen.hostname().equals(Optional.of(hostname)))
          .filter(seen -> seen.pid().equals(OptionalLong.of(stray.pid())))
          .findFirst()
          .ifPresent(
              seen -> {
                strays.forget(stray);
                boolean lossFree = seen.guarded().orElse(false);
                adopt(new Survivor(stray.pid(), seen.name(), Role.ELASTIC, lossFree), now);
              });
    }
  }

  /** An early exit with code 0 was no crash if the worker had done jobs, as it turns out now. */
  private void pardon(RqSnapshot snapshot, Tick now) {
    for (Vacancy vacancy : pool.vacancies()) {
      boolean worked =
          vacancy
              .formerName()
              .flatMap(name -> Optional.ofNullable(snapshot.workers().get(name)))
              .filter(seen -> seen.jobs() > 0)
              .isPresent();
      if (worked) {
        pool = pool.without(vacancy).with(new Vacancy(0, now, Optional.empty()));
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
      pool = pool.with(Worker.started(id, handle.pid(), role, handle.lossFree(), now, failures));
      events.accept(now, new Event.WorkerStarted(id, handle.pid(), role, handle.rqName()));
    } catch (LaunchException e) {
      Duration wait = backoff.after(failures + 1);
      pool = pool.with(new Vacancy(failures + 1, now.plus(wait), Optional.empty()));
      health.blame("start failed: " + e.getMessage());
      events.accept(now, new Event.StartFailed(String.valueOf(e.getMessage()), wait));
    }
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
      int failures = worker.failures() + 1;
      health.blame(worker.id() + " did not register in time");
      pool = pool.with(new Vacancy(failures, now.plus(backoff.after(failures)), Optional.empty()));
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
    handles.remove(id);
    adopted.remove(id);
    pool = pool.without(id);
    Duration uptime = now.since(worker.startedAt());
    Ending ending = endingOf(worker, exitCode, uptime, redisAnswers);
    if (exitCode != 0) {
      // It did not take its leave: of its horse, of its scheduler, of Redis.
      strays.suspect();
      name.ifPresent(ghosts::add);
    }
    Optional<Duration> retryIn =
        vacate(worker, ending, uptime, exitCode == 0 ? name : Optional.empty(), now);
    events.accept(
        now, new Event.WorkerGone(id, worker.pid(), ending, exitText(exitCode), uptime, retryIn));
  }

  private static Ending endingOf(
      Worker worker, int exitCode, Duration uptime, boolean redisAnswers) {
    if (worker.phase() instanceof Draining) {
      return Ending.ASKED;
    }
    if (!redisAnswers) {
      return Ending.WITHOUT_REDIS;
    }
    boolean worked = worker.record().map(seen -> seen.jobs() > 0).orElse(false);
    boolean finished = exitCode == 0 && (worked || uptime.compareTo(TOO_SOON) >= 0);
    return finished ? Ending.FINISHED : Ending.CRASHED;
  }

  private Optional<Duration> vacate(
      Worker worker, Ending ending, Duration uptime, Optional<String> name, Tick now) {
    return switch (ending) {
      case ASKED -> Optional.empty();
      case FINISHED -> {
        pool = pool.with(new Vacancy(0, now, Optional.empty()));
        yield Optional.of(Duration.ZERO);
      }
      case WITHOUT_REDIS -> {
        // A Redis that comes and goes must not make a storm of starts.
        Duration wait = backoff.after(1);
        pool = pool.with(new Vacancy(worker.failures(), now.plus(wait), Optional.empty()));
        yield Optional.of(wait);
      }
      case CRASHED -> {
        int failures = uptime.compareTo(Health.HEALTHY) >= 0 ? 1 : worker.failures() + 1;
        Duration wait = backoff.after(failures);
        pool = pool.with(new Vacancy(failures, now.plus(wait), name));
        health.blame(worker.id() + " crashed after " + uptime.toMillis() / 1000.0 + "s");
        yield Optional.of(wait);
      }
    };
  }

  /**
   * Looks after what does not follow from the pool's target: strays, ghosts, worn workers, health.
   *
   * @param sighted whether the newest sample can be trusted
   * @param queued jobs waiting
   */
  void tend(boolean sighted, boolean cold, long queued, Tick now) {
    Set<Long> pids = new HashSet<>();
    pool.workers().forEach(worker -> pids.add(worker.pid()));
    strays.watch(pids, cold, now);
    health.check(pool, now);
    if (!sighted) {
      return;
    }
    // The record goes only after the horse: RQ looks its job up there.
    if (!ghosts.isEmpty() && strays.isEmpty()) {
      records.remove(Set.copyOf(ghosts));
      ghosts.forEach(name -> events.accept(now, new Event.GhostRemoved(name)));
      ghosts.clear();
    }
    recycling
        .next(pool, now)
        .ifPresent(worn -> outdate(worn.worker(), DrainReason.RECYCLE, worn.why(), now));
    if (queued > 0) {
      pool.workers().stream()
          .filter(worker -> isWedged(worker, now))
          .forEach(worker -> outdate(worker, DrainReason.UNRESPONSIVE, "no heartbeat", now));
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

  /** Java reports death by a signal as 128 + its number. */
  private static String exitText(int exitCode) {
    if (exitCode < 0) {
      return "exit code unknown";
    }
    return exitCode > 128 ? "signal " + (exitCode - 128) : "exit code " + exitCode;
  }

  private Optional<String> nameOf(Worker worker) {
    Optional<String> matched = worker.rqName();
    if (matched.isPresent()) {
      return matched;
    }
    WorkerHandle handle = handles.get(worker.id());
    return handle == null || handle.rqName().isEmpty()
        ? Optional.empty()
        : Optional.of(handle.rqName());
  }

  /** By the name we gave it; else by host name and process, never by parsing names. */
  private Optional<RqWorker> find(Worker worker, RqSnapshot snapshot) {
    Optional<String> name = nameOf(worker);
    if (name.isPresent()) {
      return Optional.ofNullable(snapshot.workers().get(name.get()));
    }
    WorkerHandle handle = handles.get(worker.id());
    if (handle == null) {
      return Optional.empty();
    }
    return snapshot.workers().values().stream()
        .filter(seen -> !seen.dead() && seen.hostname().equals(Optional.of(hostname)))
        .filter(seen -> adopted.contains(worker.id()) || bornAfter(worker, seen))
        .filter(seen -> seen.pid().isPresent() && handle.owns(seen.pid().getAsLong()))
        .findFirst();
  }

  /** RQ's birth is the worker's wall clock; a second of slack for its rounding and ours. */
  private static boolean bornAfter(Worker worker, RqWorker seen) {
    return seen.birth()
        .map(birth -> !birth.isBefore(worker.startedAt().wall().minusSeconds(1)))
        .orElse(true);
  }
}
