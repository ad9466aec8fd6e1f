package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.PoolStatus.OrphanRow;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.pool.PoolMode;
import io.rqorchestrator.pool.Survivor;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerHandle;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Settles what dead workers leave behind, in this order: the job that each had in hand is named,
 * orphans end, jobs that were handed and not begun are put back, and the records go from Redis.
 */
final class DeadWorkers {

  /** A worker that died without a daemon, and has no record any more, died longer ago than this. */
  private static final Duration RECORD_LIFE = Duration.ofMinutes(10);

  private final Orphans orphans;
  private final DeadWorkerRecords records;
  private final JobsOfTheDead jobs;
  private final HandedJobs handedJobs;

  DeadWorkers(SupervisorPorts ports, JobChecks jobChecks, EventSink events) {
    this.orphans = new Orphans(ports.processes(), events);
    this.records = new DeadWorkerRecords(ports.records(), events);
    this.jobs = new JobsOfTheDead(jobChecks, events);
    this.handedJobs = new HandedJobs(ports.rq(), events);
  }

  /** The jobs that dead workers had in hand. */
  JobsOfTheDead jobs() {
    return jobs;
  }

  /** The jobs that dead workers were handed and did not begin. */
  HandedJobs handedJobs() {
    return handedJobs;
  }

  /** The orphans that are known. */
  List<OrphanRow> orphanRows() {
    return orphans.rows();
  }

  /** RQ's names of dead workers whose records may still be in Redis. */
  Set<String> names() {
    return records.names();
  }

  /** A worker has ended in order. RQ exits with 0, too, when it cannot watch its horse any more. */
  void ended() {
    orphans.suspect();
  }

  /**
   * A worker has ended, and perhaps without unregistering.
   *
   * @param name RQ's name of it, if it is known
   */
  void died(
      Worker worker, @Nullable WorkerHandle handle, Optional<String> name, int exitCode, Tick now) {
    orphans.suspect();
    suspectRecord(worker, handle, now);
    jobs.exited(worker, name, exitCode, now);
    name.ifPresent(known -> handedJobs.of(known, worker.id().toString(), lastBeat(worker)));
  }

  /** A worker of an earlier daemon has died while no daemon was there. */
  void diedUnwatched(Survivor casualty, Tick now) {
    suspectRecord(casualty.rqName(), casualty.token(), now);
    if (!casualty.rqName().isEmpty()) {
      Instant lastBeat = now.wall().minus(RECORD_LIFE);
      handedJobs.of(casualty.rqName(), casualty.rqName(), lastBeat);
    }
  }

  private void suspectRecord(Worker worker, @Nullable WorkerHandle handle, Tick now) {
    Optional<String> name = RecordMatch.name(worker, handle);
    if (name.isPresent() && !RecordMatch.isProven(worker, handle)) {
      records.suspectUnproven(name.get());
    } else if (handle != null) {
      suspectRecord(name.orElse(""), handle.token(), now);
    }
  }

  private void suspectRecord(String name, String token, Tick now) {
    if (!name.isEmpty()) {
      records.suspect(name, now);
    } else if (!token.isEmpty()) {
      records.suspectUnnamed(token, now);
    }
  }

  /** The worker's last heartbeat that was seen, on the worker's own clock. */
  private static Instant lastBeat(Worker worker) {
    Optional<String> beat = worker.record().flatMap(RqWorker::heartbeat);
    try {
      return beat.map(Instant::parse).orElse(worker.startedAt().wall());
    } catch (DateTimeParseException e) {
      return worker.startedAt().wall();
    }
  }

  /** Takes in a sample. */
  void observe(RqSnapshot snapshot) {
    orphans.observe(snapshot);
    records.observe(snapshot);
    handedJobs.observe(snapshot);
  }

  /** The daemon stood still for {@code late}. */
  void stalled(Duration late) {
    orphans.stalled(late);
  }

  /**
   * Goes on with what is to be settled.
   *
   * @param workers pids of the pool's workers
   * @param mode whether the pool ends, and how
   */
  void tend(Set<Long> workers, PoolMode mode, Tick now) {
    orphans.watch(workers, mode == PoolMode.COLD_STOP, now);
    jobs.tend(mode != PoolMode.RUN, now);
    handedJobs.tend(records.names(), orphans.isEmpty(), mode, now);
  }

  /**
   * Removes the records from Redis once nothing needs them: RQ looks up an orphan's job in its
   * worker's record.
   */
  void removeRecords(Tick now) {
    if (orphans.isEmpty() && handedJobs.hasLooked()) {
      records.remove(now);
    }
  }

  /** Removes all records at once, because no further sample will come. */
  void removeAllRecords(Tick now) {
    records.removeAll(now);
  }

  /** Whether nothing is left to settle, except records. */
  boolean isSettled() {
    return orphans.isEmpty() && jobs.isSettled() && handedJobs.isSettled();
  }
}
