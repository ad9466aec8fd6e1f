package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.PoolEvent;
import io.rqorchestrator.event.WorkerEvent;
import io.rqorchestrator.measure.BusyLedger;
import io.rqorchestrator.pool.Vacancy;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerPhase.Running;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.time.Tick;
import java.util.Optional;

/** Matches the workers with their records in a sample, and tells the ledgers what they did. */
final class SampleIntake {

  private final Roster roster;
  private final RecordMatch match;
  private final ServedQueues served;
  private final BusyLedger ledger;
  private final JobTally jobs;
  private final EventSink events;
  private boolean reportedUnguarded;

  SampleIntake(
      Roster roster,
      RecordMatch match,
      ServedQueues served,
      BusyLedger ledger,
      JobTally jobs,
      EventSink events) {
    this.roster = roster;
    this.match = match;
    this.served = served;
    this.ledger = ledger;
    this.jobs = jobs;
    this.events = events;
  }

  /** Takes in a sample. */
  void observe(RqSnapshot snapshot, Tick now) {
    pardon(snapshot, now);
    jobs.observeGone(snapshot);
    served.watch(snapshot);
    roster.updateAll(worker -> seen(worker, snapshot, now));
    served.compare(roster.pool().workers());
  }

  /** An early exit was no crash if the worker had done jobs or was guarded, as it turns out now. */
  private void pardon(RqSnapshot snapshot, Tick now) {
    for (Vacancy vacancy : roster.pool().vacancies()) {
      if (ExitClassifier.hadEndedInOrder(vacancy, snapshot)) {
        roster.strike(vacancy);
        roster.enter(new Vacancy(0, now, Optional.empty()));
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
    boolean begins = worker.record().isEmpty() && !worker.isAdopted(); // else met in mid-life
    if (begins) {
      jobs.begin(seen.name());
    }
    jobs.observe(seen, snapshot.at());
    boolean elsewhere = served.isElsewhere(seen);
    if (worker.isActive()
        && !elsewhere) { // what one that was asked to go still does is no load of the pool's
      if (begins) {
        ledger.begin(worker.startedAt(), seen.name());
      }
      seen.busy()
          .ifPresent(busy -> ledger.observe(snapshot.at(), seen.name(), busy, seen.isBusy()));
    }
    Worker newer = elsewhere ? worker.seenElsewhere(seen, now) : worker.seen(seen, now);
    tellReady(worker, newer, now);
    return newer;
  }

  private void tellReady(Worker before, Worker after, Tick now) {
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
