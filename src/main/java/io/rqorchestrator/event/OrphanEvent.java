package io.rqorchestrator.event;

import io.rqorchestrator.time.DurationText;
import io.rqorchestrator.wire.WireName;
import java.time.Duration;
import java.util.Optional;

/** What a dead worker has left: its processes, and its record in Redis. */
public sealed interface OrphanEvent extends Event {

  /**
   * A process of a dead worker was found alive.
   *
   * @param within how long a horse may go on until RQ's keys say more; empty for a scheduler
   */
  @WireName("orphan_found")
  record OrphanFound(@WireName("pid") long pid, @WireName("within") Optional<Duration> within)
      implements OrphanEvent, Warning {
    @Override
    public String describe() {
      return within
          .map(
              time ->
                  "orphan horse (pid %d): its worker is dead, it may finish its job within %s"
                      .formatted(pid, DurationText.of(time)))
          .orElse("orphan scheduler (pid %d): its worker is dead, so it is stopped".formatted(pid));
    }
  }

  /**
   * RQ's keys say until when RQ counts an orphan's job as running.
   *
   * @param within how long the orphan may go on from now; negative if that time is over
   */
  @WireName("orphan_allowed")
  record OrphanAllowed(
      @WireName("pid") long pid, @WireName("job") String job, @WireName("within") Duration within)
      implements OrphanEvent {
    @Override
    public String describe() {
      return "orphan horse (pid %d): RQ counts its job %s as running, it may finish it within %s"
          .formatted(pid, job, DurationText.of(within.isNegative() ? Duration.ZERO : within));
    }
  }

  /**
   * A horse was killed: before RQ gives its job to another worker, or by a cold stop of the pool.
   *
   * @param job the id of its job; empty if it is not known
   * @param coldStop whether a cold stop was the reason
   */
  @WireName("orphan_killed")
  record OrphanKilled(
      @WireName("pid") long pid,
      @WireName("after") Duration after,
      @WireName("job") String job,
      @WireName("cold_stop") boolean coldStop)
      implements OrphanEvent, Warning {
    @Override
    public String describe() {
      return "orphan horse (pid %d) killed after %s: %s%s"
          .formatted(
              pid,
              DurationText.of(after),
              coldStop ? "cold stop" : "RQ is about to fail or retry its job",
              job.isEmpty() ? "" : ", leaves job " + job + " started");
    }
  }

  /** A process was found that may belong to a dead worker, or may have been started by a job. */
  @WireName("orphan_left_alone")
  record OrphanLeftAlone(@WireName("pid") long pid) implements OrphanEvent {
    @Override
    public String describe() {
      return "process (pid %d) is left alone: it may be the horse of a dead worker, or started by a job"
          .formatted(pid);
    }
  }

  /** A process of a dead worker has ended. */
  @WireName("orphan_gone")
  record OrphanGone(@WireName("pid") long pid, @WireName("after") Duration after)
      implements OrphanEvent {
    @Override
    public String describe() {
      return "orphan (pid %d) gone after %s".formatted(pid, DurationText.of(after));
    }
  }

  /** The record of a dead worker of this pool was removed from Redis. */
  @WireName("dead_worker_record_removed")
  record DeadWorkerRecordRemoved(@WireName("name") String name) implements OrphanEvent {
    @Override
    public String describe() {
      return "record of dead worker " + name + " removed from Redis";
    }
  }
}
