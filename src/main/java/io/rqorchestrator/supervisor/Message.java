package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.Command;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.rq.HandedJob;
import io.rqorchestrator.rq.HandedLook;
import io.rqorchestrator.rq.JobInHand;
import io.rqorchestrator.rq.PutBack;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A message from another thread to the supervisor. */
public sealed interface Message {

  /**
   * Calls the receiver's method for this kind of message.
   *
   * @param now the time of the turn that takes the message
   */
  void deliver(Receiver to, Tick now);

  /** Has one method for each kind of message, so the compiler finds a kind that is not handled. */
  interface Receiver {
    void sampleTaken(SampleTaken message, Tick now);

    void sampleFailed(SampleFailed message, Tick now);

    void workerExited(WorkerExited message, Tick now);

    void jobsFound(JobsFound message, Tick now);

    void processesFound(ProcessesFound message, Tick now);

    void handedFound(HandedFound message, Tick now);

    void putBackTried(PutBackTried message, Tick now);

    void workerForked(WorkerForked message, Tick now);

    void launchFailed(LaunchFailed message, Tick now);

    void launchHeldBack(LaunchHeldBack message, Tick now);

    void preloaded(PreloadSuccess message, Tick now);

    void preloadFailed(PreloadFailure message, Tick now);

    void forkServerLost(ForkServerLoss message, Tick now);

    void stop(StopRequest message, Tick now);

    void drain(DrainRequest message, Tick now);

    void restart(RestartRequest message, Tick now);

    void operator(Operator message, Tick now);
  }

  /** A sample was taken. */
  record SampleTaken(RqSnapshot snapshot) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.sampleTaken(this, now);
    }
  }

  /**
   * A sample could not be taken.
   *
   * @param problem what went wrong, for the user
   * @param denied whether Redis refused access: wrong password or missing permission
   */
  record SampleFailed(String problem, boolean denied) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.sampleFailed(this, now);
    }
  }

  /**
   * A worker process has ended.
   *
   * @param exitCode its exit code, 128 + signal if a signal ended it; negative if unknown
   */
  record WorkerExited(WorkerId worker, int exitCode) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.workerExited(this, now);
    }
  }

  /**
   * Job checks of workers are answered.
   *
   * @param asked RQ's names of all workers that were checked
   * @param jobs the job of each worker, by name; a worker without keys in Redis is missing
   * @param askedAt when the checks were requested
   */
  record JobsFound(Set<String> asked, Map<String, JobInHand> jobs, Tick askedAt)
      implements Message {
    /** Keeps copies. */
    public JobsFound {
      asked = Set.copyOf(asked);
      jobs = Map.copyOf(jobs);
    }

    @Override
    public void deliver(Receiver to, Tick now) {
      to.jobsFound(this, now);
    }
  }

  /** A search for survivors or orphans has its result, which the next call returns. */
  record ProcessesFound() implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.processesFound(this, now);
    }
  }

  /**
   * A look at jobs that dead workers may have been handed is done.
   *
   * @param look the result; empty if Redis did not answer
   * @param askedAt when the look was requested
   */
  record HandedFound(Optional<HandedLook> look, Tick askedAt) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.handedFound(this, now);
    }
  }

  /** An attempt to put a job back into its queue is done. */
  record PutBackTried(HandedJob job, PutBack outcome) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.putBackTried(this, now);
    }
  }

  /** The process of a launched worker has started. */
  record WorkerForked(WorkerId worker) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.workerForked(this, now);
    }
  }

  /** The process of a launched worker cannot be started. */
  record LaunchFailed(WorkerId worker, String problem) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.launchFailed(this, now);
    }
  }

  /**
   * The process of a launched worker is not started, because the limit of processes is nearly
   * reached.
   *
   * @param shortage what is missing, for the user
   */
  record LaunchHeldBack(WorkerId worker, String shortage) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.launchHeldBack(this, now);
    }
  }

  /**
   * A fork server has imported all its modules.
   *
   * @param pid the fork server
   * @param took how long the imports took
   * @param renewed whether a restart requested the import
   */
  record PreloadSuccess(long pid, Duration took, boolean renewed) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.preloaded(this, now);
    }
  }

  /**
   * A fork server could not import all its modules.
   *
   * @param renewed whether a restart requested the import
   */
  record PreloadFailure(String problem, boolean renewed) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.preloadFailed(this, now);
    }
  }

  /** The fork server died; its workers live on. */
  record ForkServerLoss(long pid, String problem) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.forkServerLost(this, now);
    }
  }

  /**
   * A stop is requested. The second request is a cold stop.
   *
   * @param by who requests it, such as {@code SIGTERM}
   */
  record StopRequest(String by) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.stop(this, now);
    }
  }

  /**
   * A stop is requested by something other than a signal to stop. It never becomes a cold stop.
   *
   * @param by who requests it, such as {@code SIGHUP}
   */
  record DrainRequest(String by) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.drain(this, now);
    }
  }

  /**
   * A rolling restart is requested: every worker is replaced.
   *
   * @param by who requests it, such as {@code SIGHUP}
   */
  record RestartRequest(String by) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.restart(this, now);
    }
  }

  /**
   * An operator's command.
   *
   * @param by who sent it, such as {@code operator root}
   * @param reply takes the answer, on the supervisor's thread or on another; must not block
   */
  record Operator(Command command, String by, Consumer<Command.Answer> reply) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.operator(this, now);
    }
  }
}
