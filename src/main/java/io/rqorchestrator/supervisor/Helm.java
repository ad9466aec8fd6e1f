package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.Command;
import io.rqorchestrator.control.Command.Answer;
import io.rqorchestrator.control.Command.Answer.Accepted;
import io.rqorchestrator.control.Command.Answer.Refused;
import io.rqorchestrator.control.SizeOverride;
import io.rqorchestrator.control.SizeOverride.HeldAt;
import io.rqorchestrator.control.SizeOverride.None;
import io.rqorchestrator.control.SizeOverride.Paused;
import io.rqorchestrator.control.SizeOverrideStore;
import io.rqorchestrator.control.SizeSettings;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Where an operator takes hold: who sets the size, and the settings in force. */
final class Helm {

  private final SizeOverrideStore store;
  private final Function<SizeSettings, Optional<String>> check;
  private SizeSettings sizeSettings;
  private SizeOverride sizeOverride;

  Helm(
      SizeSettings sizeSettings,
      SizeOverrideStore store,
      Function<SizeSettings, Optional<String>> check) {
    this.sizeSettings = sizeSettings;
    this.store = store;
    this.check = check;
    this.sizeOverride = store.recall();
  }

  /** Begins with what the rules say, and with what an operator said to an earlier daemon. */
  static Helm of(SupervisorRules rules, Controls controls) {
    SizeSettings sizeSettings = new SizeSettings(rules.min(), rules.max(), controls.aim());
    return new Helm(sizeSettings, controls.sizeOverride(), controls.check());
  }

  SizeSettings sizeSettings() {
    return sizeSettings;
  }

  SizeOverride sizeOverride() {
    return sizeOverride;
  }

  /** The size that an operator wants, within the bounds; empty if the policy decides. */
  Optional<Integer> wanted() {
    if (sizeOverride instanceof HeldAt held) {
      return Optional.of(sizeSettings.bounded(held.at()));
    }
    return sizeOverride instanceof Paused paused
        ? Optional.of(sizeSettings.bounded(paused.at()))
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
    if (size != sizeSettings.bounded(size)) {
      return new Refused(
          "size (%d) must be within %d..%d: name another size, or change the bounds by set"
              .formatted(size, sizeSettings.min(), sizeSettings.max()));
    }
    String was = sizeOverride instanceof Paused ? "paused at " + before : "" + before;
    return steer(
        new HeldAt(size), "held at %d (was %s); scale auto ends that".formatted(size, was));
  }

  private Answer pause(int size) {
    if (sizeOverride instanceof HeldAt held) { // a pause in its place would end with resume
      return new Accepted("held at %d already; scale auto ends that".formatted(held.at()));
    }
    return sizeOverride instanceof Paused paused
        ? new Accepted("paused at %d already".formatted(paused.at()))
        : steer(new Paused(size), "paused at " + size + "; resume ends that");
  }

  private Answer resume() {
    if (sizeOverride instanceof HeldAt held) {
      return new Refused(
          "the pool is held at %d, not paused: scale auto ends that".formatted(held.at()));
    }
    return sizeOverride instanceof None
        ? new Accepted("was not paused: the size follows the load")
        : steer(new None(), "the size follows the load again");
  }

  private Answer auto() {
    return sizeOverride instanceof None
        ? new Accepted("the size follows the load already")
        : steer(new None(), "the size follows the load again");
  }

  private Answer steer(SizeOverride to, String text) {
    sizeOverride = to;
    store.keep(to);
    return new Accepted(text);
  }

  /** Changes settings as if they had been given as options. */
  private Answer set(Command.Set command) {
    SizeSettings old = sizeSettings;
    SizeSettings changed =
        new SizeSettings(
            command.min().orElse(old.min()),
            command.max().orElse(old.max()),
            command.aim().orElse(old.aim()));
    Optional<String> broken = check.apply(changed);
    if (broken.isPresent()) {
      return new Refused(broken.get());
    }
    sizeSettings = changed;
    return new Accepted(
        describe(old)
            + " -> "
            + describe(changed)
            + " until the daemon ends"
            + wanted()
                .map(
                    size ->
                        "; " + (sizeOverride instanceof Paused ? "paused" : "held") + " at " + size)
                .orElse(""));
  }

  private static String describe(SizeSettings sizeSettings) {
    return "%d..%d workers, %s"
        .formatted(sizeSettings.min(), sizeSettings.max(), sizeSettings.aim().describe());
  }
}
