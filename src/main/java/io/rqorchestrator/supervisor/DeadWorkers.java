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
 * Deals with what dead workers leave behind: ends orphans, reports the job that each worker held,
 * puts back jobs that were handed out and not begun, and at last removes the workers' records from
 * Redis.
 */
final class DeadWorkers {

  /**
   * A worker that died while no daemon ran and whose record is still there died no longer ago than
   * this.
   */
  private static final Duration RECORD_LIFE = Duration.ofMinutes(10);

  private final Orphans orphans;
  private final DeadWorkerRecords records;
  private final DeadWorkerJobs jobs;
  private final HandedJobs handedJobs;

  DeadWorkers(SupervisorPorts ports, JobChecks jobChecks, EventSink events) {
    this.orphans = new Orphans(ports.processes(), events);
    this.records = new DeadWorkerRecords(ports.records(), events);
    this.jobs = new DeadWorkerJobs(jobChecks, events);
    this.handedJobs = new HandedJobs(ports.rq(), events);
  }

  /** The jobs that dead workers held. */
  DeadWorkerJobs jobs() {
    return jobs;
  }

  /** The jobs that dead workers were handed and did not begin. */
  HandedJobs handedJobs() {
    return handedJobs;
  }

  /** The known orphans. */
  List<OrphanRow> orphanRows() {
    return orphans.rows();
  }

  /** RQ's names of dead workers whose records may still be in Redis. */
  Set<String> names() {
    return records.names();
  }

  /**
   * A worker has ended with exit code 0. It may still have left a horse: RQ also exits with 0 when
   * it can no longer watch its horse.
   */
  void exitedNormally() {
    orphans.suspect();
  }

  /**
   * A worker has ended, perhaps without unregistering.
   *
   * @param name RQ's name of the worker, if it is known
   */
  void died(
      Worker worker, @Nullable WorkerHandle handle, Optional<String> name, int exitCode, Tick now) {
    orphans.suspect();
    suspectRecord(worker, handle, now);
    jobs.exited(worker, name, exitCode, now);
    name.ifPresent(known -> handedJobs.of(known, worker.id().toString(), lastBeat(worker)));
  }

  /** A worker of an earlier daemon has died while no daemon ran. */
  void diedWithoutDaemon(Survivor dead, Tick now) {
    suspectRecord(dead.rqName(), dead.token(), now);
    if (!dead.rqName().isEmpty()) {
      Instant lastBeat = now.wall().minus(RECORD_LIFE);
      handedJobs.of(dead.rqName(), dead.rqName(), lastBeat);
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

  /** The worker's last known heartbeat on the worker's own clock; its start if there is none. */
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

  /** Extends timeouts after the daemon stood still for {@code late}. */
  void extendTimeouts(Duration late) {
    orphans.extendTimeouts(late);
  }

  /**
   * Takes the steps that are due.
   *
   * @param workers pids of the pool's workers
   * @param mode whether the pool stops, and how
   */
  void advance(Set<Long> workers, PoolMode mode, Tick now) {
    orphans.watch(workers, mode == PoolMode.COLD_STOP, now);
    jobs.advance(mode != PoolMode.RUN, now);
    handedJobs.advance(records.names(), orphans.isEmpty(), mode, now);
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

  /** Whether nothing is left to do except to remove records. */
  boolean isSettled() {
    return orphans.isEmpty() && jobs.isSettled() && handedJobs.isSettled();
  }
}
