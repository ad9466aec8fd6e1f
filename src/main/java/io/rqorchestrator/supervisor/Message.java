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

/** What other threads report to the supervisor. */
public sealed interface Message {

  /**
   * Hands this message to the method for its kind.
   *
   * @param now the time of the turn that takes the message
   */
  void deliver(Receiver to, Tick now);

  /** Takes each kind of message. A new kind needs a new method, so none can be forgotten. */
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

    void preloaded(Preloaded message, Tick now);

    void preloadFailed(PreloadFailed message, Tick now);

    void forkServerLost(ForkServerLost message, Tick now);

    void stop(Stop message, Tick now);

    void drain(Drain message, Tick now);

    void restart(Restart message, Tick now);

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
   * @param denied whether Redis answered and refused: wrong password or missing permission
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
   * Workers' own keys have told which job each holds.
   *
   * @param asked RQ's names of all that were asked about
   * @param jobs what was found, by name; nothing of those that Redis has nothing of
   * @param askedAt when the question was asked
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

  /** What was looked for among the processes is found: whoever has asked may ask again. */
  record ProcessesFound() implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.processesFound(this, now);
    }
  }

  /**
   * A look at jobs that dead workers were handed is done.
   *
   * @param look what was found; empty if Redis did not answer
   * @param askedAt when it was asked for
   */
  record HandedFound(Optional<HandedLook> look, Tick askedAt) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.handedFound(this, now);
    }
  }

  /** It was tried to put a job back into its queue. */
  record PutBackTried(HandedJob job, PutBack outcome) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.putBackTried(this, now);
    }
  }

  /** A worker that was launched has its process. */
  record WorkerForked(WorkerId worker, long pid) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.workerForked(this, now);
    }
  }

  /** A worker that was launched will have no process. */
  record LaunchFailed(WorkerId worker, String problem) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.launchFailed(this, now);
    }
  }

  /**
   * A worker that was launched will have no process because there is no room for it now.
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
   * What workers are forked from has imported everything.
   *
   * @param pid the fork server
   * @param took how long the imports took
   * @param renewed whether a restart had asked for it
   */
  record Preloaded(long pid, Duration took, boolean renewed) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.preloaded(this, now);
    }
  }

  /**
   * What workers are to be forked from could not be imported.
   *
   * @param renewed whether a restart had asked for it
   */
  record PreloadFailed(String problem, boolean renewed) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.preloadFailed(this, now);
    }
  }

  /** The fork server died; its workers live on. */
  record ForkServerLost(long pid, String problem) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.forkServerLost(this, now);
    }
  }

  /**
   * The daemon is asked to stop; a second time: at once.
   *
   * @param by who asks, such as {@code SIGTERM}
   */
  record Stop(String by) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.stop(this, now);
    }
  }

  /**
   * The daemon is asked to stop by what is no signal to stop; never at once, whatever came before.
   *
   * @param by who asks, such as {@code SIGHUP}
   */
  record Drain(String by) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.drain(this, now);
    }
  }

  /**
   * Replace every worker, one after the other.
   *
   * @param by who asks, such as {@code SIGHUP}
   */
  record Restart(String by) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.restart(this, now);
    }
  }

  /**
   * An operator's command.
   *
   * @param by who asks, such as {@code operator root}
   * @param reply takes the answer, on the supervisor's thread or on another; must not block
   */
  record Operator(Command command, String by, Consumer<Command.Answer> reply) implements Message {
    @Override
    public void deliver(Receiver to, Tick now) {
      to.operator(this, now);
    }
  }
}
