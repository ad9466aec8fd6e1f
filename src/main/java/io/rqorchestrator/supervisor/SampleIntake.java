package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.PoolEvent;
import io.rqorchestrator.event.WorkerEvent;
import io.rqorchestrator.pool.Vacancy;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerPhase.Running;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.time.Tick;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Updates workers from their records in a sample, and passes the workers' figures on to the
 * ledgers.
 */
final class SampleIntake {

  private final Roster roster;
  private final RecordMatch match;
  private final ServedQueues served;
  private final Ledgers ledgers;
  private final DeadWorkers deadWorkers;
  private final ForeignWorkers foreign;
  private final EventSink events;
  private boolean reportedUnguarded;

  SampleIntake(
      Roster roster,
      RecordMatch match,
      ServedQueues served,
      Ledgers ledgers,
      DeadWorkers deadWorkers,
      ForeignWorkers foreign,
      EventSink events) {
    this.roster = roster;
    this.match = match;
    this.served = served;
    this.ledgers = ledgers;
    this.deadWorkers = deadWorkers;
    this.foreign = foreign;
    this.events = events;
  }

  /**
   * RQ's names of the pool's workers, including workers that have ended and will be read once more.
   */
  Set<String> names() {
    Set<String> names = new HashSet<>();
    for (Worker worker : roster.pool().workers()) {
      roster.rqName(worker).ifPresent(names::add);
    }
    roster.pool().vacancies().forEach(vacancy -> vacancy.formerName().ifPresent(names::add));
    names.addAll(deadWorkers.names());
    names.addAll(ledgers.jobs().names());
    return names;
  }

  /** Takes in a sample. */
  void observe(RqSnapshot snapshot, Tick now) {
    Set<String> ours = names();
    deadWorkers.observe(snapshot);
    pardon(snapshot, now);
    ledgers.jobs().observeGone(snapshot);
    served.watch(snapshot);
    roster.updateAll(worker -> seen(worker, snapshot, now));
    served.compare(roster.pool().workers());
    ours.addAll(names()); // a worker that has just ended is not foreign
    foreign.observe(snapshot, ours, now);
  }

  /** Withdraws a crash if a later sample shows that the worker had done jobs or was guarded. */
  private void pardon(RqSnapshot snapshot, Tick now) {
    for (Vacancy vacancy : roster.pool().vacancies()) {
      if (ExitClassifier.hadEndedInOrder(vacancy, snapshot)) {
        roster.remove(vacancy);
        roster.add(new Vacancy(0, now, Optional.empty()));
        events.accept(now, new WorkerEvent.CrashPardoned(vacancy.formerName().orElseThrow()));
      }
    }
  }

  private Worker seen(Worker worker, RqSnapshot snapshot, Tick now) {
    Optional<RqWorker> found = match.find(worker, roster.handle(worker), snapshot);
    if (found.isEmpty() && worker.record().isEmpty()) {
      return worker;
    }
    RqWorker seen = found.orElseGet(() -> RqWorker.unreadable(roster.rqName(worker).orElseThrow()));
    boolean begins =
        worker.record().isEmpty() && !worker.isAdopted(); // otherwise its earlier work is unknown
    if (begins) {
      ledgers.jobs().begin(seen.name());
    }
    ledgers.jobs().observe(seen, snapshot.at());
    boolean elsewhere = served.isElsewhere(seen);
    // The job of a draining worker is no load for the active workers.
    if (worker.isActive() && !elsewhere) {
      if (begins) {
        ledgers.busy().begin(worker.startedAt(), seen.name());
      }
      seen.busy()
          .ifPresent(
              busy -> ledgers.busy().observe(snapshot.at(), seen.name(), busy, seen.isBusy()));
    }
    Worker newer = elsewhere ? worker.seenElsewhere(seen, now) : worker.seen(seen, now);
    reportReady(worker, newer, now);
    return newer;
  }

  private void reportReady(Worker before, Worker after, Tick now) {
    if (!(after.phase() instanceof Running) || before.phase() instanceof Running) {
      return;
    }
    events.accept(
        now, new WorkerEvent.WorkerReady(after.id(), after.pid(), now.since(after.startedAt())));
    boolean unguarded =
        after.lossFree() && after.record().flatMap(RqWorker::guarded).equals(Optional.of(false));
    if (unguarded && !reportedUnguarded) {
      reportedUnguarded = true;
      events.accept(
          now, new PoolEvent.Unguarded("the worker host does not know this version of RQ"));
    }
  }
}
