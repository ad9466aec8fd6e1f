package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.Command;
import io.rqorchestrator.control.Command.Answer;
import io.rqorchestrator.control.Command.Answer.Accepted;
import io.rqorchestrator.control.Command.Answer.Refused;
import io.rqorchestrator.control.Setpoints;
import io.rqorchestrator.control.Steering;
import io.rqorchestrator.control.Steering.Auto;
import io.rqorchestrator.control.Steering.HeldAt;
import io.rqorchestrator.control.Steering.Paused;
import io.rqorchestrator.control.SteeringStore;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Where an operator takes hold: who sets the size, and the settings in force. */
final class Helm {

  private final SteeringStore store;
  private final Function<Setpoints, Optional<String>> check;
  private Setpoints setpoints;
  private Steering steering;

  Helm(Setpoints setpoints, SteeringStore store, Function<Setpoints, Optional<String>> check) {
    this.setpoints = setpoints;
    this.store = store;
    this.check = check;
    this.steering = store.recall();
  }

  /** Begins with what the rules say, and with what an operator said to an earlier daemon. */
  static Helm of(SupervisorRules rules, Controls controls) {
    Setpoints setpoints = new Setpoints(rules.min(), rules.max(), controls.aim());
    return new Helm(setpoints, controls.steering(), controls.check());
  }

  Setpoints setpoints() {
    return setpoints;
  }

  Steering steering() {
    return steering;
  }

  /** The size that an operator wants, within the bounds; empty if the policy decides. */
  Optional<Integer> wanted() {
    if (steering instanceof HeldAt held) {
      return Optional.of(setpoints.bounded(held.at()));
    }
    return steering instanceof Paused paused
        ? Optional.of(setpoints.bounded(paused.at()))
        : Optional.empty();
  }

  /**
   * Does as told, if it can be done.
   *
   * @param command anything that concerns the size
   * @param size number of active workers wanted so far
   */
  Answer take(Command command, int size) {
    if (command instanceof Command.Scale scale) {
      return hold(scale.to(), size);
    }
    if (command instanceof Command.ScaleBy scale) {
      return hold(size + scale.by(), size);
    }
    if (command instanceof Command.Set set) {
      return set(set);
    }
    if (command instanceof Command.Pause) {
      return pause(size);
    }
    return command instanceof Command.Resume ? resume() : auto();
  }

  /**
   * Answers a command that was taken, once it is known whether a next daemon will remember it.
   *
   * @param reply takes the answer, perhaps on another thread
   */
  void answerWhenKept(Command command, Answer answer, Consumer<Answer> reply) {
    if (command instanceof Command.Set || answer.refusal().isPresent()) {
      reply.accept(answer);
      return;
    }
    store.whenKept(
        problem ->
            reply.accept(
                problem
                    .<Answer>map(
                        why ->
                            new Accepted(
                                answer.text() + "; a restart of the daemon ends it, too: " + why))
                    .orElse(answer)));
  }

  private Answer hold(int size, int before) {
    if (size != setpoints.bounded(size)) {
      return new Refused(
          "size (%d) must be within %d..%d: name another size, or change the bounds by set"
              .formatted(size, setpoints.min(), setpoints.max()));
    }
    String was = steering instanceof Paused ? "paused at " + before : "" + before;
    return steer(
        new HeldAt(size), "held at %d (was %s); scale auto ends that".formatted(size, was));
  }

  private Answer pause(int size) {
    if (steering instanceof HeldAt held) { // a pause in its place would end with resume
      return new Accepted("held at %d already; scale auto ends that".formatted(held.at()));
    }
    return steering instanceof Paused paused
        ? new Accepted("paused at %d already".formatted(paused.at()))
        : steer(new Paused(size), "paused at " + size + "; resume ends that");
  }

  private Answer resume() {
    if (steering instanceof HeldAt held) {
      return new Refused(
          "the pool is held at %d, not paused: scale auto ends that".formatted(held.at()));
    }
    return steering instanceof Auto
        ? new Accepted("was not paused: the size follows the load")
        : steer(new Auto(), "the size follows the load again");
  }

  private Answer auto() {
    return steering instanceof Auto
        ? new Accepted("the size follows the load already")
        : steer(new Auto(), "the size follows the load again");
  }

  private Answer steer(Steering to, String text) {
    steering = to;
    store.keep(to);
    return new Accepted(text);
  }

  /** Changes settings as if they had been given as options. */
  private Answer set(Command.Set command) {
    Setpoints old = setpoints;
    Setpoints changed =
        new Setpoints(
            command.min().orElse(old.min()),
            command.max().orElse(old.max()),
            command.aim().orElse(old.aim()));
    Optional<String> broken = check.apply(changed);
    if (broken.isPresent()) {
      return new Refused(broken.get());
    }
    setpoints = changed;
    return new Accepted(
        describe(old)
            + " -> "
            + describe(changed)
            + " until the daemon ends"
            + wanted()
                .map(
                    size -> "; " + (steering instanceof Paused ? "paused" : "held") + " at " + size)
                .orElse(""));
  }

  private static String describe(Setpoints setpoints) {
    return "%d..%d workers, %s"
        .formatted(setpoints.min(), setpoints.max(), setpoints.aim().describe());
  }
}
