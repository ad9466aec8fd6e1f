package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.Ending;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.WorkerEvent;
import io.rqorchestrator.measure.BusyLedger;
import io.rqorchestrator.measure.JobLedger;
import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.JobCheck;
import io.rqorchestrator.pool.Pool;
import io.rqorchestrator.pool.PoolAction;
import io.rqorchestrator.pool.PoolMode;
import io.rqorchestrator.pool.PoolRules;
import io.rqorchestrator.pool.RecycleRules;
import io.rqorchestrator.pool.RestartBackoff;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.Survivor;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerHandle;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.pool.WorkerPhase.Running;
import io.rqorchestrator.pool.WorkerProcesses;
import io.rqorchestrator.rq.JobInHand;
import io.rqorchestrator.rq.RqRecords;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqView;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The pool together with its processes: carries out planned actions through the ports, takes in
 * exits and sightings, and looks after what dead workers leave behind.
 */
final class Crew {

  /** A worker that died while no daemon was there, and has no record any more, died before. */
  private static final Duration UNSEEN = Duration.ofMinutes(10);

  private final WorkerProcesses processes;
  private final ServedQueues served;
  private PoolRules rules;
  private final BusyLedger ledger;
  private final EndedJobs endedJobs = new EndedJobs();
  private final EventSink events;
  private final Roster roster = new Roster();
  private final Orphans orphans;
  private final Health health;
  private final PoolMemory memory;
  private final Replacements replacements;
  private final ExitClassifier exitClassifier;
  private final DeadWorkerRecords deadRecords;
  private final JobTally jobs = new JobTally();
  private final JobChecks jobChecks;
  private final JobsOfTheDead jobsOfTheDead;
  private final HandedJobs handedJobs;

  /** The jobs that were named when their workers were stopped cold or killed. */
  private final Map<WorkerId, String> named = new HashMap<>();

  private final Launching launching;
  private final SampleIntake sampleIntake;
  private @Nullable Deque<Survivor> survivors;
  private final Set<WorkerId> adoptedChanged = new HashSet<>();

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
      RqView rq,
      RqRecords records,
      ServedQueues served,
      EventSink sink) {
    this.processes = processes;
    this.served = served;
    this.rules = rules;
    this.ledger = ledger;
    this.events = EventSink.all(sink, endedJobs);
    this.orphans = new Orphans(processes, events);
    this.health = new Health(events);
    this.memory = new PoolMemory(processes);
    this.replacements = new Replacements(roster, new Recycling(recycleRules, events), events);
    this.exitClassifier = new ExitClassifier(backoff);
    this.deadRecords = new DeadWorkerRecords(records, events);
    this.jobChecks = new JobChecks(rq, roster);
    this.jobsOfTheDead = new JobsOfTheDead(jobChecks, events);
    this.handedJobs = new HandedJobs(rq, events);
    this.launching = new Launching(roster, processes, backoff, health, events);
    this.sampleIntake =
        new SampleIntake(roster, new RecordMatch(hostname), served, ledger, jobs, events);
  }

  Pool pool() {
    return roster.pool();
  }

  Health health() {
    return health;
  }

  Orphans orphans() {
    return orphans;
  }

  /**
   * Keeps to other rules from now on. In a pool that may shrink to nothing every worker runs RQ's
   * scheduler, so those that don't are replaced.
   */
  void keepTo(PoolRules changed, Tick now) {
    boolean allSchedule = changed.runsScheduler(Role.ELASTIC);
    boolean replaces = allSchedule && !rules.runsScheduler(Role.ELASTIC);
    rules = changed;
    if (replaces) {
      replacements.withoutScheduler(now);
    }
  }

  /** Takes in what is known by now of the workers' memory, before anything is decided on it. */
  void weigh(Tick now) {
    memory.takeIn(pool(), now);
  }

  /** What the workers take of memory. */
  PoolMemory memory() {
    return memory;
  }

  /** What the workers' jobs were like. */
  JobLedger jobs() {
    return jobs.ledger();
  }

  /**
   * Takes over the workers that an earlier daemon of this pool left behind. If that fails half-way,
   * the next call goes on from there.
   *
   * @return whether that is done; not while they are still looked for
   */
  boolean adoptSurvivors(Tick now) {
    if (survivors == null) {
      if (!processes.knowsSurvivors()) {
        return false;
      }
      survivors = new ArrayDeque<>(processes.survivors());
      processes.casualties().forEach(dead -> account(dead, now));
    }
    while (!survivors.isEmpty()) {
      Survivor survivor = survivors.element();
      launching
          .adopt(survivor, rules.schedulerOf(survivor.role()), now)
          .ifPresent(adoptedChanged::add);
      survivors.remove();
    }
    return true;
  }

  /** Adopted workers that would be started otherwise now: with other queues, another Python. */
  Set<WorkerId> adoptedChanged() {
    return Set.copyOf(adoptedChanged);
  }

  /** A worker died while no daemon was there. */
  private void account(Survivor casualty, Tick now) {
    suspect(casualty.rqName(), casualty.token(), now);
    if (!casualty.rqName().isEmpty()) {
      Instant lastBeat = now.wall().minus(UNSEEN);
      handedJobs.of(casualty.rqName(), casualty.rqName(), lastBeat);
    }
  }

  /** Its last heartbeat as it was seen, on its own clock. */
  private static Instant lastBeat(Worker worker) {
    Optional<String> beat = worker.record().flatMap(RqWorker::heartbeat);
    try {
      return beat.map(Instant::parse).orElse(worker.startedAt().wall());
    } catch (DateTimeParseException e) {
      return worker.startedAt().wall();
    }
  }

  private void suspect(Worker worker, @Nullable WorkerHandle handle, Tick now) {
    Optional<String> name = RecordMatch.name(worker, handle);
    if (name.isPresent() && !RecordMatch.isProven(worker, handle)) {
      deadRecords.suspectUnproven(name.get());
    } else if (handle != null) {
      suspect(name.orElse(""), handle.token(), now);
    }
  }

  /** A worker has ended whose name is the one we gave it, if we did. */
  private void suspect(String name, String token, Tick now) {
    if (!name.isEmpty()) {
      deadRecords.suspect(name, now);
    } else if (!token.isEmpty()) {
      deadRecords.suspectUnnamed(token, now);
    }
  }

  /** Names under which our workers are, or will be, found in Redis. */
  Set<String> rqNames() {
    Set<String> names = new HashSet<>();
    for (Worker worker : pool().workers()) {
      roster.rqName(worker).ifPresent(names::add);
    }
    pool().vacancies().forEach(vacancy -> vacancy.formerName().ifPresent(names::add));
    names.addAll(deadRecords.names());
    names.addAll(jobs.names());
    return names;
  }

  /** Whether a worker is to be looked for among all that are registered in this Redis. */
  boolean seeksWorkers(Tick now) {
    return served.seeks(roster, now);
  }

  /** Those of them that died without taking their leave. */
  Set<String> deadNames() {
    return deadRecords.names();
  }

  /** Active workers that should have been readable in the newest sample and were not. */
  int unread() {
    return (int)
        pool().workers().stream()
            .filter(worker -> worker.isActive() && worker.phase() instanceof Running)
            .filter(worker -> worker.record().flatMap(RqWorker::busy).isEmpty())
            .count();
  }

  /** Takes in a sample: who is up, who is ready, how busy each was. */
  void observe(RqSnapshot snapshot, Tick now) {
    orphans.observe(snapshot);
    deadRecords.observe(snapshot);
    handedJobs.observe(snapshot);
    sampleIntake.observe(snapshot, now);
  }

  /** Carries out one planned action. */
  void carryOut(PoolAction action, Tick now) {
    if (action instanceof PoolAction.StartWorker start) {
      launch(start.role(), 0, now);
    } else if (action instanceof PoolAction.Refill refill) {
      roster.strike(refill.vacancy());
      launch(refill.role(), refill.vacancy().failures(), now);
    } else if (action instanceof PoolAction.GiveUp giveUp) {
      roster.strike(giveUp.vacancy());
    } else if (action instanceof PoolAction.DrainWorker drain) {
      drain(drain, now);
    } else if (action instanceof PoolAction.CheckJob question) {
      jobChecks.askOf(question.worker(), now);
    }
  }

  /** What the workers' own keys have told of the jobs that they hold. */
  Map<WorkerId, JobCheck> jobChecks() {
    return jobChecks.open();
  }

  /** Asks what is to be asked of the workers' own keys, all at once. */
  void sendJobChecks(Tick now) {
    jobChecks.send(now);
  }

  /** Takes in what the workers' own keys have told. */
  void jobsFound(Message.JobsFound found, Tick now) {
    jobChecks.answered(found.asked(), found.jobs(), found.askedAt(), now);
    jobsOfTheDead.answered(found.asked(), found.jobs(), found.askedAt(), now);
  }

  /** The jobs that dead workers were handed and did not begin. */
  HandedJobs handedJobs() {
    return handedJobs;
  }

  private void launch(Role role, int failures, Tick now) {
    launching.launch(role, rules.runsScheduler(role), failures, now);
  }

  /** How many workers the host has room for, as far as is known; empty if nothing is known. */
  OptionalInt room(int target, Tick now) {
    return launching.room(target, now);
  }

  /** A launched worker has got its process. */
  void forked(WorkerId id, Tick now) {
    launching.forked(id, now);
  }

  /** A launched worker will have no process. */
  void launchFailed(WorkerId id, String problem, Tick now) {
    launching.launchFailed(id, problem, now);
  }

  /** There is no room for a launched worker. */
  void heldBack(WorkerId id, String shortage, Tick now) {
    launching.heldBack(id, shortage, now);
  }

  /**
   * Makes ready to start workers with the code as it is now.
   *
   * @return whether that takes its time, and a message tells when it is done
   */
  boolean renew(Tick now) {
    return processes.renew(now);
  }

  /** Whether newer code than what is ready by now has been asked for. */
  boolean isRenewing() {
    return processes.isRenewing();
  }

  /** New workers can run the newest code. */
  void preloaded() {
    health.preloaded();
  }

  /** New workers cannot run the newest code. */
  void preloadFailed(String problem) {
    health.preloadFailed(problem);
  }

  private void drain(PoolAction.DrainWorker action, Tick now) {
    Worker worker = action.worker();
    WorkerHandle handle = roster.handle(worker);
    if (handle == null) {
      return;
    }
    Optional<JobCheck> check = jobChecks.use(worker.id());
    roster.update(worker.draining(action.reason(), action.step(), now));
    worker.rqName().ifPresent(name -> ledger.end(now, name));
    signal(handle, action);
    boolean violent = action.step().isViolent();
    boolean confirmed = check.filter(open -> open.tellsOf(worker)).isPresent();
    String job = violent ? jobOf(worker, check) : worker.job();
    if (violent && !job.isEmpty()) {
      named.put(worker.id(), job);
    }
    events.accept(
        now,
        new WorkerEvent.WorkerDraining(
            worker.id(), worker.pid(), action.reason(), action.step(), job, confirmed));
    if (action.reason() == DrainReason.START_TIMEOUT && worker.isActive()) {
      String problem = worker.id() + " did not register in time" + served.whyNotReady(worker);
      launching.failed(problem, worker.failures() + 1, now);
    }
  }

  private void signal(WorkerHandle handle, PoolAction.DrainWorker action) {
    switch (action.step()) {
      case MARKED -> {}
      case ASKED -> {
        handle.terminate();
        handle.resume();
        processes.asking(handle.pid(), action.reason());
      }
      case WOKEN -> {
        if (action.worker().mayBeAskedAgain()) {
          handle.terminate();
        }
        handle.resume();
      }
      case COLD -> {
        handle.stopCold();
        handle.resume();
      }
      case KILLED -> handle.kill();
    }
  }

  /** The job that a worker holds: by its own keys, or by the newest sample if they do not tell. */
  private static String jobOf(Worker worker, Optional<JobCheck> check) {
    Optional<JobInHand> told = check.filter(JobCheck::answered).flatMap(JobCheck::found);
    return told.map(JobInHand::id).orElseGet(worker::job);
  }

  /**
   * Takes in the end of a process.
   *
   * @param redisAnswers whether Redis was there for it
   */
  void exited(WorkerId id, int exitCode, boolean redisAnswers, Tick now) {
    Worker worker = pool().find(id).orElse(null);
    if (worker == null) {
      return;
    }
    WorkerHandle handle = roster.handle(worker);
    Optional<String> name = roster.rqName(worker);
    name.ifPresent(known -> ledger.end(now, known));
    name.ifPresent(known -> jobs.end(known, now));
    roster.strike(id);
    // Whatever its exit code says: RQ also ends with 0 when it could not watch its horse any more.
    orphans.suspect();
    Optional<JobCheck> unused = jobChecks.use(id);
    if (exitCode != 0 || worker.isCutShort()) {
      suspect(worker, handle, now); // it may not have taken its leave
      String job = named.getOrDefault(id, "");
      name.ifPresent(known -> jobsOfTheDead.of(worker, known, job, exitCode, now));
      name.ifPresent(known -> handedJobs.of(known, id.toString(), lastBeat(worker)));
    }
    named.remove(id);
    WorkerExit exit = exitClassifier.of(worker, name, exitCode, redisAnswers, now);
    if (exit.ending() == Ending.CRASHED) {
      health.blame(exit.describe(worker));
    }
    exit.vacancy().ifPresent(roster::enter);
    events.accept(
        now,
        new WorkerEvent.WorkerGone(
            id, worker.pid(), exit.ending(), exit.status(), exit.uptime(), exit.retryIn(now)));
  }

  /**
   * Looks after what does not follow from the pool's target: orphans, deadRecords, worn workers,
   * health.
   *
   * @param dataIsFresh whether the newest sample can be trusted
   * @param ending whether the daemon stops, and how
   * @param queued jobs waiting
   * @param trouble what the pool suffers from besides its workers' health; empty if from nothing
   */
  void tend(boolean dataIsFresh, PoolMode ending, long queued, Optional<String> trouble, Tick now) {
    processes.tend(ending == PoolMode.RUN, now);
    Set<Long> pids = new HashSet<>();
    pool().workers().stream().map(Worker::pid).filter(pid -> pid != 0).forEach(pids::add);
    orphans.watch(pids, ending == PoolMode.COLD_STOP, now);
    jobsOfTheDead.tend(ending != PoolMode.RUN, now);
    handedJobs.tend(deadRecords.names(), orphans.isEmpty(), ending, now);
    List<PoolMemory.WorkerFootprint> weighed = memory.read(pool(), now);
    memory.news(pool()).ifPresent(event -> events.accept(now, event));
    if (ending == PoolMode.RUN) {
      health.check(pool(), served.trouble(), trouble.or(launching::heldBack), now);
    }
    if (!dataIsFresh) {
      return;
    }
    if (orphans.isEmpty() && handedJobs.hasLooked()) {
      // The record goes only after the horse: RQ looks its job up there.
      deadRecords.remove(now);
    }
    boolean room = pool().countedAgainstMax() <= rules.max(); // one at a time, whatever the surge
    replacements.worn(weighed, room, now);
    replacements.stuck(queued > 0, now);
  }

  /** Whether the pool has ended a job that one of its workers had in hand. */
  boolean hasEndedJobs() {
    return endedJobs.any();
  }

  /** The pool begins to stop: those on their way out have as long as all others. */
  void stop(Tick now) {
    roster.updateAll(worker -> worker.stopping(now));
  }

  /** Silence while nobody could hear says nothing. */
  void forgiveSilence(Tick now) {
    roster.updateAll(worker -> worker.heardAt(now));
  }

  /**
   * The daemon stood still: nobody was heard, and answers to what was asked before say nothing of
   * now.
   *
   * @param late for how long
   */
  void stalled(Duration late, Tick now) {
    roster.updateAll(worker -> worker.heardAt(now).stalled(late, now));
    jobChecks.forget();
    orphans.stalled(late);
  }

  /** The signals of a turn that took long were sent up to its end. */
  void steppedUntil(Tick end, Tick begun) {
    roster.updateAll(worker -> worker.steppedUntil(end, begun));
  }

  /** The active workers of which this holds are to be replaced by a rolling restart. */
  void outdate(Predicate<Worker> old, Tick now) {
    replacements.restart(old, rules.stragglers(), now);
  }

  /** Whether nothing of the pool is left, not even what dead workers left behind. */
  boolean isGone(Tick now) {
    return pool().live() == 0
        && orphans.isEmpty()
        && jobsOfTheDead.isSettled()
        && handedJobs.isSettled();
  }

  /** The pool has come to its end: whatever is left in Redis goes without further ado. */
  void close(Tick now) {
    deadRecords.removeAll(now);
  }
}
