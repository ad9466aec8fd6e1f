package io.rqorchestrator.event;

import io.rqorchestrator.time.DurationText;
import io.rqorchestrator.wire.WireName;
import java.time.Duration;
import java.util.Optional;

/** What a dead worker has left: processes, and its record in Redis. */
public sealed interface OrphanEvent extends Event {

  /**
   * A process of a dead worker was found alive.
   *
   * @param within how long a horse may go on until RQ tells more; empty for a scheduler
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
          .orElse("orphan scheduler (pid %d): its worker is dead, it is ended".formatted(pid));
    }
  }

  /**
   * RQ has told until when it counts an orphan's job as running.
   *
   * @param within how long the orphan may go on from now; negative if it was too long already
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
   * A horse was killed: before RQ would give its job to another worker, or with the pool.
   *
   * @param job the id of its job; empty if RQ has not told it
   * @param coldStop whether that was the reason
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

  /** A process was found that may be a dead worker's, or one that a job has left behind. */
  @WireName("orphan_left_alone")
  record OrphanLeftAlone(@WireName("pid") long pid) implements OrphanEvent {
    @Override
    public String describe() {
      return "process (pid %d) is left alone: it may be the horse of a dead worker, or a job's own"
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

  /** The record of a dead worker of ours was taken out of Redis. */
  @WireName("dead_worker_record_removed")
  record DeadWorkerRecordRemoved(@WireName("name") String name) implements OrphanEvent {
    @Override
    public String describe() {
      return "record of dead worker " + name + " removed from Redis";
    }
  }
}
