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
import io.rqorchestrator.pool.Pool;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Holds everything that operators can change: min, max, aim and the size override. All other
 * classes read these values from a {@link Directive}.
 */
final class OperatorControl {

  private final SizeOverrideStore store;
  private final Function<SizeSettings, Optional<String>> check;
  private SizeSettings settings;
  private SizeOverride override;
  private boolean lowered;

  /** Begins with the options and with the size override that an earlier daemon has kept. */
  OperatorControl(Controls controls) {
    this.settings = controls.settings();
    this.store = controls.sizeOverrides();
    this.check = controls.check();
    this.override = store.recall();
  }

  /** The settings and the size override that are in force now. */
  Directive directive() {
    return new Directive(settings, override, lowered);
  }

  /** Notes when the pool has shrunk to a lowered max. */
  void observe(Pool pool) {
    lowered &= pool.places() > settings.max();
  }

  /**
   * Carries out a command about the size, or refuses it.
   *
   * @param size planned number of active workers
   */
  Answer carryOut(Command command, int size) {
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
   * Answers a command that was carried out. If the command has changed the size override, the
   * answer waits until it is known whether the override was kept for the next daemon.
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
                            new Accepted(answer.text() + "; not kept for the next daemon: " + why))
                    .orElse(answer)));
  }

  private Answer hold(int size, int before) {
    if (size != settings.bounded(size)) {
      return new Refused(
          "size (%d) must be within %d..%d: name another size, or change the bounds by set"
              .formatted(size, settings.min(), settings.max()));
    }
    String was = override instanceof Paused ? "paused at " + before : "" + before;
    return override(
        new HeldAt(size), "held at %d (was %s); scale auto ends that".formatted(size, was));
  }

  private Answer pause(int size) {
    if (override
        instanceof HeldAt held) { // resume would end a pause, but must not end this override
      return new Accepted("held at %d already; scale auto ends that".formatted(held.at()));
    }
    return override instanceof Paused paused
        ? new Accepted("paused at %d already".formatted(paused.at()))
        : override(new Paused(size), "paused at " + size + "; resume ends that");
  }

  private Answer resume() {
    if (override instanceof HeldAt held) {
      return new Refused(
          "the pool is held at %d, not paused: scale auto ends that".formatted(held.at()));
    }
    return override instanceof None
        ? new Accepted("was not paused: the size follows the load")
        : override(new None(), "the size follows the load again");
  }

  private Answer auto() {
    return override instanceof None
        ? new Accepted("the size follows the load already")
        : override(new None(), "the size follows the load again");
  }

  private Answer override(SizeOverride by, String text) {
    override = by;
    store.keep(by);
    return new Accepted(text);
  }

  /** Changes settings as if they had been given as options. */
  private Answer set(Command.Set command) {
    SizeSettings before = settings;
    SizeSettings changed =
        new SizeSettings(
            command.min().orElse(before.min()),
            command.max().orElse(before.max()),
            command.aim().orElse(before.aim()));
    Optional<String> broken = check.apply(changed);
    if (broken.isPresent()) {
      return new Refused(broken.get());
    }
    settings = changed;
    lowered |= changed.max() < before.max();
    String size = directive().size().map(at -> "; " + word() + " at " + at).orElse("");
    return new Accepted(
        describe(before) + " -> " + describe(changed) + " until the daemon ends" + size);
  }

  private String word() {
    return override instanceof Paused ? "paused" : "held";
  }

  private static String describe(SizeSettings settings) {
    return "%d..%d workers, %s"
        .formatted(settings.min(), settings.max(), settings.aim().describe());
  }
}
