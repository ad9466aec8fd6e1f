package io.rqorchestrator.event;

import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.DrainStep;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.time.DurationText;
import io.rqorchestrator.wire.WireName;
import io.rqorchestrator.wire.WireNames;
import java.time.Duration;
import java.util.Optional;

/** What happens to a worker, from its start to its end. */
public sealed interface WorkerEvent extends Event {

  /**
   * A worker was started.
   *
   * @param name RQ's name of the worker; empty if the worker chooses its own
   */
  @WireName("worker_started")
  record WorkerStarted(
      @WireName("worker") WorkerId worker,
      @WireName("pid") long pid,
      @WireName("role") Role role,
      @WireName("name") String name)
      implements WorkerEvent {
    @Override
    public String describe() {
      return "start %s (pid %d): %s".formatted(worker, pid, WireNames.of(role));
    }
  }

  /** A worker could not be started, or did not register in time. */
  @WireName("start_failed")
  record StartFailed(@WireName("problem") String problem, @WireName("retry_in") Duration retryIn)
      implements WorkerEvent, Warning {
    @Override
    public String describe() {
      return "%s; tries again in %s".formatted(problem, DurationText.of(retryIn));
    }
  }

  /** A worker takes jobs. */
  @WireName("worker_ready")
  record WorkerReady(
      @WireName("worker") WorkerId worker,
      @WireName("pid") long pid,
      @WireName("after") Duration after)
      implements WorkerEvent {
    @Override
    public String describe() {
      return "ready %s (pid %d) after %s".formatted(worker, pid, DurationText.of(after));
    }
  }

  /**
   * The next step to end a worker was taken.
   *
   * @param job id of the job that it holds; empty if it holds none, or if none is known
   * @param confirmed whether the worker's own keys were just read; if not, the job is that of an
   *     older sample
   */
  @WireName("worker_draining")
  record WorkerDraining(
      @WireName("worker") WorkerId worker,
      @WireName("pid") long pid,
      @WireName("reason") DrainReason reason,
      @WireName("step") DrainStep step,
      @WireName("job") String job,
      @WireName("confirmed") boolean confirmed)
      implements WorkerEvent {
    @Override
    public String describe() {
      String how =
          switch (step) {
            case MARKED -> "waits until it can be signalled";
            case ASKED -> job.isEmpty() ? "asked to go" : "asked to go after its job " + job;
            case WOKEN -> "has not ended and holds no job, gets SIGCONT in case it was stopped";
            case COLD -> "cold stop" + left();
            case KILLED -> "killed" + left();
          };
      return "%s %s (pid %d): %s".formatted(reason.text(), worker, pid, how);
    }

    private String left() {
      if (confirmed) {
        return job.isEmpty() ? "" : ", leaves job " + job + " started";
      }
      return job.isEmpty()
          ? "; it is not known whether it holds a job, because Redis does not answer"
          : ", leaves job "
              + job
              + " started, according to the newest sample; Redis does not answer";
    }

    @Override
    public Level level() {
      boolean gentle = step == DrainStep.MARKED || step == DrainStep.ASKED;
      return gentle ? Level.CHANGE : Level.WARNING;
    }
  }

  /** There are more workers than wanted, and none of them is idle. */
  @WireName("awaiting_idle")
  record AwaitingIdle(@WireName("excess") int excess) implements WorkerEvent {
    @Override
    public String describe() {
      return "retire waits: no idle worker (%d to go); tries again at the next sample"
          .formatted(excess);
    }
  }

  /**
   * A worker process has ended.
   *
   * @param retryIn after which time its place is filled again; empty if it is not filled
   */
  @WireName("worker_gone")
  record WorkerGone(
      @WireName("worker") WorkerId worker,
      @WireName("pid") long pid,
      @WireName("ending") Ending ending,
      @WireName("exit") String exit,
      @WireName("uptime") Duration uptime,
      @WireName("retry_in") Optional<Duration> retryIn)
      implements WorkerEvent {
    @Override
    public String describe() {
      String again =
          retryIn
              .map(
                  in -> in.isZero() ? ", replaced at once" : ", replaced in " + DurationText.of(in))
              .orElse("");
      return "gone %s (pid %d): %s (%s) after %s%s"
          .formatted(worker, pid, ending.text(), exit, DurationText.of(uptime), again);
    }

    @Override
    public Level level() {
      return ending == Ending.CRASHED ? Level.WARNING : Level.CHANGE;
    }
  }

  /** An early exit was counted as a crash, but was no crash. */
  @WireName("crash_pardoned")
  record CrashPardoned(@WireName("name") String name) implements WorkerEvent {
    @Override
    public String describe() {
      return "no crash: " + name + " ended in order and is replaced at once";
    }
  }

  /** A live worker of an earlier daemon was adopted. */
  @WireName("worker_adopted")
  record WorkerAdopted(
      @WireName("worker") WorkerId worker, @WireName("pid") long pid, @WireName("role") Role role)
      implements WorkerEvent {
    @Override
    public String describe() {
      return "adopt %s (pid %d): %s, left by an earlier daemon"
          .formatted(worker, pid, WireNames.of(role));
    }
  }

  /** A worker is to be replaced once its successor is ready. */
  @WireName("worker_outdated")
  record WorkerOutdated(
      @WireName("worker") WorkerId worker,
      @WireName("pid") long pid,
      @WireName("reason") DrainReason reason,
      @WireName("detail") String detail)
      implements WorkerEvent {
    @Override
    public String describe() {
      return "%s %s (pid %d) once its successor is ready: %s"
          .formatted(reason.text(), worker, pid, detail);
    }
  }
}
