package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.Command;
import io.rqorchestrator.control.SizeSettings;
import io.rqorchestrator.pool.PoolPlanner;
import io.rqorchestrator.pool.PoolRules;
import io.rqorchestrator.scaling.Aim;
import io.rqorchestrator.scaling.ScalingPolicy;
import io.rqorchestrator.time.Tick;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Passes on to the rest of the pool what an operator does at the helm. */
final class Steerage {

  private final Helm helm;
  private final Sizing sizing;
  private final Crew crew;
  private final Function<Aim, ScalingPolicy> policyFor;
  private PoolRules rules;

  /** An operator lowered max, and there are still more workers than that. */
  private boolean narrowed;

  /**
   * @param policyFor the policy for another aim
   */
  Steerage(
      Helm helm,
      Sizing sizing,
      Crew crew,
      PoolRules rules,
      Function<Aim, ScalingPolicy> policyFor) {
    this.helm = helm;
    this.sizing = sizing;
    this.crew = crew;
    this.rules = rules;
    this.policyFor = policyFor;
  }

  /** The rules in force. */
  PoolRules rules() {
    return rules;
  }

  /** What an operator said to an earlier daemon and still holds; empty if nothing does. */
  Optional<String> recalled() {
    return helm.wanted().map(size -> helm.sizeOverride().describe());
  }

  /** The planner to go by. A size that an operator wants is not put off until a worker is idle. */
  PoolPlanner planner() {
    PoolPlanner patient = new PoolPlanner(rules);
    narrowed &= crew.pool().places() > rules.max();
    return narrowed || helm.wanted().isPresent() ? patient.withoutWaiting() : patient;
  }

  /** Does what concerns the pool's size, if it can be done. */
  Command.Answer obey(Command command, Tick now) {
    SizeSettings before = helm.sizeSettings();
    Command.Answer answer = helm.take(command, sizing.plannedSize());
    if (answer.refusal().isEmpty()) {
      keepTo(before, now);
      sizing.steered();
    }
    return answer;
  }

  /**
   * Answers a command that was obeyed, once it is known whether a next daemon will remember it.
   *
   * @param reply takes the answer, perhaps on another thread
   */
  void answerWhenKept(Command command, Command.Answer answer, Consumer<Command.Answer> reply) {
    helm.answerWhenKept(command, answer, reply);
  }

  private void keepTo(SizeSettings before, Tick now) {
    SizeSettings changed = helm.sizeSettings();
    if (changed.min() != before.min() || changed.max() != before.max()) {
      rules = rules.within(changed.min(), changed.max());
      crew.keepTo(rules, now);
      narrowed = true;
    }
    if (!changed.aim().equals(before.aim())) {
      sizing.decideBy(policyFor.apply(changed.aim()));
    }
  }
}
