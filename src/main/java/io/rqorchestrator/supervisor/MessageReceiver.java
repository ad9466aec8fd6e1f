package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.Command;
import io.rqorchestrator.control.Command.Answer.Accepted;
import io.rqorchestrator.control.Command.Answer.Refused;
import io.rqorchestrator.event.ForkServerEvent;
import io.rqorchestrator.event.OperatorEvent;
import io.rqorchestrator.pool.Pool;
import io.rqorchestrator.time.Tick;

/** Passes each message of another thread to the part of the pool that it concerns. */
final class MessageReceiver implements Message.Receiver {

  private final PoolParts parts;

  MessageReceiver(PoolParts parts) {
    this.parts = parts;
  }

  @Override
  public void sampleTaken(Message.SampleTaken message, Tick now) {
    boolean couldNotAct = !parts.watch.mayAct();
    parts.watch.taken(message.snapshot(), now);
    parts.intake.observe(message.snapshot(), now);
    if (couldNotAct) {
      // While samples were missing, a silent worker proves nothing.
      parts.roster.updateAll(worker -> worker.withBeatAt(now));
    }
  }

  /**
   * If Redis refuses access before there is any worker or sample, the daemon stops with an error,
   * because only the user can correct the settings. Later the daemon waits until Redis accepts it
   * again; adopted workers may have other credentials and still work.
   */
  @Override
  public void sampleFailed(Message.SampleFailed message, Tick now) {
    boolean begun = parts.watch.newest().isPresent() || parts.roster.pool().live() > 0;
    if (message.denied() && !begun && !parts.stopping.isRequested()) {
      parts.stopping.redisRefused(message.problem(), now);
    } else {
      parts.watch.failed(message.problem(), now);
    }
  }

  @Override
  public void workerExited(Message.WorkerExited message, Tick now) {
    parts.exits.exited(message.worker(), message.exitCode(), parts.watch.mayAct(), now);
  }

  @Override
  public void jobsFound(Message.JobsFound message, Tick now) {
    parts.jobChecks.answered(message.asked(), message.jobs(), message.askedAt(), now);
    parts.deadWorkers.jobs().answered(message.asked(), message.jobs(), message.askedAt(), now);
  }

  @Override
  public void processesFound(Message.ProcessesFound message, Tick now) {
    // The message only wakes the loop: this turn fetches the result of the search.
  }

  @Override
  public void handedFound(Message.HandedFound message, Tick now) {
    parts.deadWorkers.handedJobs().found(message.look(), message.askedAt(), now);
  }

  @Override
  public void putBackTried(Message.PutBackTried message, Tick now) {
    parts.deadWorkers.handedJobs().tried(message.job(), message.outcome(), now);
  }

  @Override
  public void workerForked(Message.WorkerForked message, Tick now) {
    parts.launching.forked(message.worker(), now);
  }

  @Override
  public void launchFailed(Message.LaunchFailed message, Tick now) {
    parts.launching.launchFailed(message.worker(), message.problem(), now);
  }

  @Override
  public void launchHeldBack(Message.LaunchHeldBack message, Tick now) {
    parts.launching.heldBack(message.worker(), message.shortage(), now);
  }

  @Override
  public void preloaded(Message.PreloadSuccess message, Tick now) {
    parts.restart.preloaded(message, parts.stopping.isRequested(), now);
  }

  @Override
  public void preloadFailed(Message.PreloadFailure message, Tick now) {
    parts.restart.preloadFailed(message, now);
  }

  @Override
  public void forkServerLost(Message.ForkServerLoss message, Tick now) {
    parts.events.accept(now, new ForkServerEvent.ForkServerLost(message.pid(), message.problem()));
  }

  @Override
  public void stop(Message.StopRequest message, Tick now) {
    parts.stopping.request(message.by(), now);
  }

  @Override
  public void drain(Message.DrainRequest message, Tick now) {
    parts.stopping.drain(message.by(), now);
  }

  @Override
  public void restart(Message.RestartRequest message, Tick now) {
    if (!parts.stopping.isRequested()) {
      parts.restart.request(message.by(), now);
    }
  }

  @Override
  public void operator(Message.Operator message, Tick now) {
    Command command = message.command();
    Command.Answer answer = carryOut(command, message.by(), now);
    boolean accepted = answer.refusal().isEmpty();
    parts.events.accept(
        now,
        new OperatorEvent.CommandAnswered(
            message.by(), command.describe(), accepted, answer.text()));
    if (command instanceof Command.Restart || command instanceof Command.Drain) {
      message.reply().accept(answer);
    } else {
      parts.operator.answerWhenKept(command, answer, message.reply());
    }
  }

  private Command.Answer carryOut(Command command, String by, Tick now) {
    Pool pool = parts.roster.pool();
    if (parts.stopping.isRequested()) {
      return new Refused("the pool is stopping: " + pool.live() + " workers have not ended");
    }
    if (command instanceof Command.Restart) {
      return new Accepted(parts.restart.request(by, now));
    }
    if (command instanceof Command.Drain) {
      parts.stopping.drain(by, now);
      return new Accepted(
          "the pool stops; %d workers finish their jobs first".formatted(pool.live()));
    }
    Directive before = parts.operator.directive();
    Command.Answer answer = parts.operator.carryOut(command, parts.sizing.plannedSize());
    if (answer.refusal().isEmpty()) {
      parts.sizing.directiveChanged(parts.operator.directive());
      parts.replacements.settingsChanged(before, parts.operator.directive(), now);
    }
    return answer;
  }
}
