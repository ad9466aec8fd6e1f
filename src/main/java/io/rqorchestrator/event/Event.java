package io.rqorchestrator.event;

import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.DrainStep;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.scaling.Aim;
import io.rqorchestrator.scaling.ScalingDecision;
import io.rqorchestrator.wire.WireName;
import io.rqorchestrator.wire.WireNames;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Something that happened to the pool. What it says is what log, history and status show. */
public sealed interface Event {

  /** How much attention it asks for. */
  enum Level {
    /** Every sample and every repeated decision. */
    @WireName("detail")
    DETAIL,
    /** A change. */
    @WireName("change")
    CHANGE,
    /** A change for the worse. */
    @WireName("warning")
    WARNING
  }

  /** The event in one line, with numbers and reason. */
  String describe();

  /** How much attention it asks for. */
  default Level level() {
    return Level.CHANGE;
  }

  /** The daemon has begun. */
  @WireName("pool_started")
  record PoolStarted(
      @WireName("name") String name,
      @WireName("id") String id,
      @WireName("min") int min,
      @WireName("max") int max,
      @WireName("aim") Aim aim,
      @WireName("window") Duration window,
      @WireName("queues") List<String> queues,
      @WireName("redis") String redis)
      implements Event {
    /** Keeps a copy. */
    public PoolStarted {
      queues = List.copyOf(queues);
    }

    @Override
    public String describe() {
      return "pool %s (%s): %d..%d workers for %s on %s"
          .formatted(name, id, min, max, String.join(", ", queues), redis);
    }
  }

  /**
   * A sample was taken and the load measured.
   *
   * @param load mean number of busy workers, in erlang
   * @param window the part of the window that was observed
   * @param jobs jobs ended since the daemon began, as the worker hosts counted them
   * @param jobSeconds how long they took up their workers, together, in seconds
   * @param jobDurations how many of them fell into each bucket of {@link
   *     io.rqorchestrator.rq.Histogram}
   */
  @WireName("measured")
  record Measured(
      @WireName("load") double load,
      @WireName("window") Duration window,
      @WireName("utilization") double utilization,
      @WireName("active") int active,
      @WireName("live") int live,
      @WireName("busy") int busy,
      @WireName("queued") long queued,
      @WireName("oldest_wait") Optional<Duration> oldestWait,
      @WireName("jobs") long jobs,
      @WireName("job_seconds") double jobSeconds,
      @WireName("job_durations") List<Long> jobDurations)
      implements Event {
    @Override
    public String describe() {
      return String.format(
          Locale.ROOT,
          "measured load %.2f, utilization %.2f, %d active of %d live, queued %d",
          load,
          utilization,
          active,
          live,
          queued);
    }

    @Override
    public Level level() {
      return Level.DETAIL;
    }
  }

  /**
   * A scaling decision was made.
   *
   * @param repeated whether it holds for the same kind of reason as the one before
   */
  @WireName("decided")
  record Decided(
      @WireName("decision") ScalingDecision decision, @WireName("repeated") boolean repeated)
      implements Event {
    @Override
    public String describe() {
      return decision.describe();
    }

    @Override
    public Level level() {
      return repeated ? Level.DETAIL : Level.CHANGE;
    }
  }

  /**
   * A worker was spawned.
   *
   * @param name RQ's name of it; empty if it chooses one itself
   */
  @WireName("worker_started")
  record WorkerStarted(
      @WireName("worker") WorkerId worker,
      @WireName("pid") long pid,
      @WireName("role") Role role,
      @WireName("name") String name)
      implements Event {
    @Override
    public String describe() {
      return "start %s (pid %d): %s".formatted(worker, pid, WireNames.of(role));
    }
  }

  /** A worker could not be spawned, or did not register in time. */
  @WireName("start_failed")
  record StartFailed(@WireName("problem") String problem, @WireName("retry_in") Duration retryIn)
      implements Event {
    @Override
    public String describe() {
      return "%s; tries again in %s".formatted(problem, seconds(retryIn));
    }

    @Override
    public Level level() {
      return Level.WARNING;
    }
  }

  /** A worker has shown that it takes jobs. */
  @WireName("worker_ready")
  record WorkerReady(
      @WireName("worker") WorkerId worker,
      @WireName("pid") long pid,
      @WireName("after") Duration after)
      implements Event {
    @Override
    public String describe() {
      return "ready %s (pid %d) after %s".formatted(worker, pid, seconds(after));
    }
  }

  /**
   * A worker was taken a step further on its way out.
   *
   * @param job id of the job that it holds; empty if it holds none, or none is known
   * @param confirmed whether the worker's own keys have just said so, and not an older sample
   */
  @WireName("worker_draining")
  record WorkerDraining(
      @WireName("worker") WorkerId worker,
      @WireName("pid") long pid,
      @WireName("reason") DrainReason reason,
      @WireName("step") DrainStep step,
      @WireName("job") String job,
      @WireName("confirmed") boolean confirmed)
      implements Event {
    @Override
    public String describe() {
      String how =
          switch (step) {
            case MARKED -> "waits until it can be signalled";
            case ASKED -> job.isEmpty() ? "asked to go" : "asked to go after its job " + job;
            case WOKEN -> "does not go and holds no job, woken in case it was stopped";
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
          ? ", whether it holds a job is not known: Redis does not tell"
          : ", leaves job " + job + " started, as the newest sample has it: Redis does not tell";
    }

    @Override
    public Level level() {
      boolean gentle = step == DrainStep.MARKED || step == DrainStep.ASKED;
      return gentle ? Level.CHANGE : Level.WARNING;
    }
  }

  /**
   * A worker has gone and had a job in hand that was not named before.
   *
   * @param job id of the job; empty if only the worker itself has named it
   * @param byPool whether the pool has ended it, and the job with it
   */
  @WireName("job_left")
  record JobLeft(
      @WireName("worker") WorkerId worker,
      @WireName("pid") long pid,
      @WireName("job") String job,
      @WireName("by_pool") boolean byPool)
      implements Event {
    @Override
    public String describe() {
      String what = job.isEmpty() ? "a job in hand, which its own last line names" : job(job);
      return "%s (pid %d) %s with %s".formatted(worker, pid, byPool ? "was ended" : "died", what);
    }

    private static String job(String id) {
      return "job " + id + " in hand";
    }

    @Override
    public Level level() {
      return Level.WARNING;
    }
  }

  /**
   * A job that a dead worker was handed, and that nobody has begun, is at the head of its queue.
   *
   * @param workers the workers that have ended, one of which was handed it
   */
  @WireName("job_put_back")
  record JobPutBack(
      @WireName("job") String job,
      @WireName("queue") String queue,
      @WireName("workers") String workers)
      implements Event {
    @Override
    public String describe() {
      return "job %s was handed to %s, which did not begin it: put back to the head of queue %s"
          .formatted(job, workers, queue);
    }

    @Override
    public Level level() {
      return Level.WARNING;
    }
  }

  /**
   * A job that a dead worker may have been handed could not be put back.
   *
   * @param workers the workers that have ended, one of which may have been handed it
   * @param why why it could not be put back
   * @param listed whether RQ itself will find the job, and fail it
   */
  @WireName("job_not_put_back")
  record JobNotPutBack(
      @WireName("job") String job,
      @WireName("queue") String queue,
      @WireName("workers") String workers,
      @WireName("why") String why,
      @WireName("listed") boolean listed)
      implements Event {
    @Override
    public String describe() {
      String remedy =
          listed
              ? "RQ's maintenance fails it in some minutes; then: rq requeue --queue %s %s"
              : "if nobody runs it: redis-cli LPUSH rq:queue:%s %s";
      return ("job %s of queue %s may have been handed to %s, which did not begin it, and is not put"
              + " back: %s; %s")
          .formatted(job, queue, workers, why, remedy.formatted(queue, job));
    }

    @Override
    public Level level() {
      return Level.WARNING;
    }
  }

  /** It is not known whether a dead worker was handed a job. */
  @WireName("handed_unknown")
  record HandedUnknown(@WireName("workers") String workers, @WireName("why") String why)
      implements Event {
    @Override
    public String describe() {
      return "whether %s was handed a job that it did not begin is not known: %s"
          .formatted(workers, why);
    }

    @Override
    public Level level() {
      return Level.WARNING;
    }
  }

  /** More workers than wanted, and none of them idle. */
  @WireName("awaiting_idle")
  record AwaitingIdle(@WireName("excess") int excess) implements Event {
    @Override
    public String describe() {
      return "retire waits: no idle worker among the %d to go; tries again at the next sample"
          .formatted(excess);
    }
  }

  /**
   * A worker process has ended.
   *
   * @param retryIn when its place is filled again; empty if it is not
   */
  @WireName("worker_gone")
  record WorkerGone(
      @WireName("worker") WorkerId worker,
      @WireName("pid") long pid,
      @WireName("ending") Ending ending,
      @WireName("exit") String exit,
      @WireName("uptime") Duration uptime,
      @WireName("retry_in") Optional<Duration> retryIn)
      implements Event {
    @Override
    public String describe() {
      String again =
          retryIn
              .map(in -> in.isZero() ? ", replaced at once" : ", replaced in " + seconds(in))
              .orElse("");
      return "gone %s (pid %d): %s (%s) after %s%s"
          .formatted(worker, pid, ending.text(), exit, seconds(uptime), again);
    }

    @Override
    public Level level() {
      return ending == Ending.CRASHED ? Level.WARNING : Level.CHANGE;
    }
  }

  /** An early exit was taken for a crash, and was none. */
  @WireName("crash_pardoned")
  record CrashPardoned(@WireName("name") String name) implements Event {
    @Override
    public String describe() {
      return "no crash: " + name + " has ended in order, it is replaced at once";
    }
  }

  /** A worker of an earlier daemon was found alive and taken over. */
  @WireName("worker_adopted")
  record WorkerAdopted(
      @WireName("worker") WorkerId worker, @WireName("pid") long pid, @WireName("role") Role role)
      implements Event {
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
      implements Event {
    @Override
    public String describe() {
      return "%s %s (pid %d) once its successor is ready: %s"
          .formatted(reason.text(), worker, pid, detail);
    }
  }

  /** A worker's memory is above the limit from birth on: replacing it would not help. */
  @WireName("memory_limit_too_low")
  record MemoryLimitTooLow(
      @WireName("worker") WorkerId worker,
      @WireName("bytes") long bytes,
      @WireName("limit") long limit)
      implements Event {
    @Override
    public String describe() {
      return "--max-worker-memory (%d MB) is below what a new worker takes (%s: %d MB): raise it"
          .formatted(limit >> 20, worker, bytes >> 20);
    }

    @Override
    public Level level() {
      return Level.WARNING;
    }
  }

  /**
   * A process of a dead worker was found alive.
   *
   * @param within how long a horse may go on until RQ tells more; empty for a scheduler
   */
  @WireName("orphan_found")
  record OrphanFound(@WireName("pid") long pid, @WireName("within") Optional<Duration> within)
      implements Event {
    @Override
    public String describe() {
      return within
          .map(
              time ->
                  "orphan horse (pid %d): its worker is dead, it may finish its job within %s"
                      .formatted(pid, seconds(time)))
          .orElse("orphan scheduler (pid %d): its worker is dead, it is ended".formatted(pid));
    }

    @Override
    public Level level() {
      return Level.WARNING;
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
      implements Event {
    @Override
    public String describe() {
      return "orphan horse (pid %d): RQ counts its job %s as running, it may finish it within %s"
          .formatted(pid, job, seconds(within.isNegative() ? Duration.ZERO : within));
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
      implements Event {
    @Override
    public String describe() {
      return "orphan horse (pid %d) killed after %s: %s%s"
          .formatted(
              pid,
              seconds(after),
              coldStop ? "cold stop" : "RQ is about to fail or retry its job",
              job.isEmpty() ? "" : ", leaves job " + job + " started");
    }

    @Override
    public Level level() {
      return Level.WARNING;
    }
  }

  /** A process was found that may be a dead worker's, or one that a job has left behind. */
  @WireName("orphan_left_alone")
  record OrphanLeftAlone(@WireName("pid") long pid) implements Event {
    @Override
    public String describe() {
      return "process (pid %d) is left alone: it may be the horse of a dead worker, or a job's own"
          .formatted(pid);
    }
  }

  /** A process of a dead worker has ended. */
  @WireName("orphan_gone")
  record OrphanGone(@WireName("pid") long pid, @WireName("after") Duration after) implements Event {
    @Override
    public String describe() {
      return "orphan (pid %d) gone after %s".formatted(pid, seconds(after));
    }
  }

  /** The record of a dead worker of ours was taken out of Redis. */
  @WireName("dead_worker_record_removed")
  record DeadWorkerRecordRemoved(@WireName("name") String name) implements Event {
    @Override
    public String describe() {
      return "record of dead worker " + name + " removed from Redis";
    }
  }

  /** A rolling restart was asked for. */
  @WireName("restart_requested")
  record RestartRequested(@WireName("by") String by, @WireName("workers") int workers)
      implements Event {
    @Override
    public String describe() {
      return "%s: rolling restart of %d workers".formatted(by, workers);
    }
  }

  /** A rolling restart was asked for while one is under way. */
  @WireName("restart_queued")
  record RestartQueued(@WireName("by") String by) implements Event {
    @Override
    public String describe() {
      return by + ": a rolling restart is under way, one more follows it";
    }
  }

  /** No further worker is replaced for now. */
  @WireName("restart_waits")
  record RestartWaits(@WireName("why") String why) implements Event {
    @Override
    public String describe() {
      return "restart waits: " + why;
    }

    @Override
    public Level level() {
      return Level.WARNING;
    }
  }

  /** The last worker of the old generation has been replaced. */
  @WireName("restart_done")
  record RestartDone(@WireName("after") Duration after) implements Event {
    @Override
    public String describe() {
      return "rolling restart done after " + seconds(after);
    }
  }

  /** Workers fail again and again, or the pool cannot be what it is told to be. */
  @WireName("degraded")
  record Degraded(@WireName("problem") String problem) implements Event {
    @Override
    public String describe() {
      return "degraded: " + problem;
    }

    @Override
    public Level level() {
      return Level.WARNING;
    }
  }

  /** Workers live again. */
  @WireName("recovered")
  record Recovered(@WireName("after") Duration after) implements Event {
    @Override
    public String describe() {
      return "recovered after " + seconds(after);
    }
  }

  /**
   * What the pool takes of memory, as PSS in bytes.
   *
   * @param total all of it
   * @param daemon the daemon's part
   * @param forkServers the fork servers' part, 0 if there is none
   * @param live workers
   * @param least what the smallest worker takes, with its horse
   * @param most what the largest worker takes
   */
  @WireName("memory_taken")
  record MemoryTaken(
      @WireName("total") long total,
      @WireName("daemon") long daemon,
      @WireName("fork_servers") long forkServers,
      @WireName("live") int live,
      @WireName("least") long least,
      @WireName("most") long most)
      implements Event {
    @Override
    public String describe() {
      String servers = forkServers == 0 ? "" : ", fork server %d".formatted(forkServers >> 20);
      return "memory %d MB: daemon %d%s, %d workers of %d..%d"
          .formatted(total >> 20, daemon >> 20, servers, live, least >> 20, most >> 20);
    }
  }

  /** A fork server has imported what workers are forked with. */
  @WireName("preloaded")
  record Preloaded(@WireName("pid") long pid, @WireName("took") Duration took) implements Event {
    @Override
    public String describe() {
      return "preloaded by fork server (pid %d) in %s".formatted(pid, seconds(took));
    }
  }

  /** A fork server could not import what workers are to be forked with. */
  @WireName("preload_failed")
  record PreloadFailed(@WireName("problem") String problem, @WireName("restart") boolean restart)
      implements Event {
    @Override
    public String describe() {
      return "preload failed: "
          + problem
          + (restart ? "; no restart, the workers stay as they are" : "; tries again");
    }

    @Override
    public Level level() {
      return Level.WARNING;
    }
  }

  /** The fork server died. */
  @WireName("fork_server_lost")
  record ForkServerLost(@WireName("pid") long pid, @WireName("problem") String problem)
      implements Event {
    @Override
    public String describe() {
      return "fork server (pid %d) lost: %s; its workers live on, it is replaced"
          .formatted(pid, problem);
    }

    @Override
    public Level level() {
      return Level.WARNING;
    }
  }

  /**
   * Samples fail: the pool is held as it is.
   *
   * @param retryWithin the longest time until Redis is asked again
   */
  @WireName("redis_away")
  record RedisAway(
      @WireName("problem") String problem, @WireName("retry_within") Duration retryWithin)
      implements Event {
    @Override
    public String describe() {
      return "waiting for Redis: %s; nothing is started or retired until it answers, asked every %s"
          .formatted(problem, seconds(retryWithin));
    }

    @Override
    public Level level() {
      return Level.WARNING;
    }
  }

  /** Samples are back. */
  @WireName("redis_back")
  record RedisBack(@WireName("after") Duration after) implements Event {
    @Override
    public String describe() {
      return "Redis answers again after " + seconds(after);
    }
  }

  /**
   * Redis holds more than can be read of the pool's queues and workers, or does so no more.
   *
   * @param count names and values that are left out; 0 if none is any more
   */
  @WireName("left_out")
  record LeftOut(@WireName("count") long count) implements Event {
    @Override
    public String describe() {
      return count == 0
          ? "all that Redis holds of the workers on these queues is read again"
          : "%d names or values in Redis are left out, too many or too long: look at the workers that"
                  .formatted(count)
              + " are registered on these queues";
    }

    @Override
    public Level level() {
      return count == 0 ? Level.CHANGE : Level.WARNING;
    }
  }

  /** {@code rq suspend} came into force or was lifted. */
  @WireName("suspension")
  record Suspension(@WireName("suspended") boolean suspended) implements Event {
    @Override
    public String describe() {
      return suspended
          ? "rq suspend is in force: nothing is started or retired until rq resume"
          : "rq resume: scaling goes on";
    }
  }

  /**
   * An operator asked for something.
   *
   * @param by who asks
   * @param command as it is typed
   * @param accepted whether the pool does so
   * @param answer what it says to that
   */
  @WireName("command_answered")
  record CommandAnswered(
      @WireName("by") String by,
      @WireName("command") String command,
      @WireName("accepted") boolean accepted,
      @WireName("answer") String answer)
      implements Event {
    @Override
    public String describe() {
      return "%s: %s: %s%s".formatted(by, command, accepted ? "" : "refused: ", answer);
    }
  }

  /** What an operator said to an earlier daemon of this pool still holds. */
  @WireName("size_override_recalled")
  record SizeOverrideRecalled(@WireName("size_override") String sizeOverride) implements Event {
    @Override
    public String describe() {
      return sizeOverride + " by an operator before this daemon began; scale auto ends that";
    }
  }

  /** Workers of others take jobs from the pool's queues. Said once a host. */
  @WireName("foreign_workers_seen")
  record ForeignWorkersSeen(@WireName("host") String host, @WireName("names") List<String> names)
      implements Event {
    /** Keeps a copy. */
    public ForeignWorkersSeen {
      names = List.copyOf(names);
    }

    @Override
    public String describe() {
      String some = String.join(", ", names.subList(0, Math.min(3, names.size())));
      return "foreign workers on %s take jobs from these queues, not counted and not touched: %s%s"
          .formatted(
              host.isEmpty() ? "an unknown host" : host, some, names.size() > 3 ? ", ..." : "");
    }

    @Override
    public Level level() {
      return Level.WARNING;
    }
  }

  /** Another pool of ours takes jobs from the pool's queues. Said once a pool. */
  @WireName("other_pool_seen")
  record OtherPoolSeen(@WireName("pool") String pool, @WireName("host") String host)
      implements Event {
    @Override
    public String describe() {
      return "pool %s on %s takes jobs from these queues, too: a backlog is shared with its workers"
          .formatted(pool, host.isEmpty() ? "an unknown host" : host);
    }
  }

  /** A worker's stop is not loss-free. */
  @WireName("unguarded")
  record Unguarded(@WireName("why") String why) implements Event {
    @Override
    public String describe() {
      return "a stop may lose a job: " + why;
    }

    @Override
    public Level level() {
      return Level.WARNING;
    }
  }

  /** The daemon was asked to stop. */
  @WireName("stop_requested")
  record StopRequested(
      @WireName("by") String by, @WireName("cold") boolean cold, @WireName("live") int live)
      implements Event {
    @Override
    public String describe() {
      return cold
          ? "%s: cold stop of %d workers, their jobs are left to RQ's clean-up".formatted(by, live)
          : "%s: draining %d workers, each finishes its job".formatted(by, live);
    }

    @Override
    public Level level() {
      return cold ? Level.WARNING : Level.CHANGE;
    }
  }

  /** The last worker is gone and the daemon ends. */
  @WireName("pool_stopped")
  record PoolStopped(@WireName("exit_code") int exitCode) implements Event {
    @Override
    public String describe() {
      return exitCode == 0 ? "stopped" : "stopped, exit code " + exitCode;
    }
  }

  /**
   * The loop made no turn for much longer than it rests: the daemon or all of its host was stopped,
   * or starved. Whoever was silent meanwhile is given time anew.
   *
   * @param by how late the turn is
   */
  @WireName("loop_stalled")
  record LoopStalled(@WireName("by") Duration by) implements Event {
    @Override
    public String describe() {
      return "the daemon stood still for %s: Redis and workers are given their time anew"
          .formatted(seconds(by));
    }

    @Override
    public Level level() {
      return Level.WARNING;
    }
  }

  /**
   * Lines were dropped because nobody took them in time; now they are taken again.
   *
   * @param log lines of the log
   * @param history lines of the history file
   */
  @WireName("lines_dropped")
  record LinesDropped(@WireName("log") long log, @WireName("history") long history)
      implements Event {
    @Override
    public String describe() {
      return "%d lines of the log and %d of the history file were dropped: they were not taken in time"
          .formatted(log, history);
    }

    @Override
    public Level level() {
      return Level.WARNING;
    }
  }

  /** An error inside a tick; the loop went on. */
  @WireName("tick_failed")
  record TickFailed(@WireName("problem") String problem) implements Event {
    @Override
    public String describe() {
      return "internal error, the pool is held as it is: " + problem;
    }

    @Override
    public Level level() {
      return Level.WARNING;
    }
  }

  /** A duration as people read it. */
  private static String seconds(Duration duration) {
    double value = duration.toMillis() / 1000.0;
    return String.format(Locale.ROOT, value < 10 ? "%.1fs" : "%.0fs", value);
  }
}
