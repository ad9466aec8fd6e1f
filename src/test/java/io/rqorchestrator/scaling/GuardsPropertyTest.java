package io.rqorchestrator.scaling;

import static io.rqorchestrator.scaling.Given.MB;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever the memory, a guard refuses growth only: it never keeps a worker that would go. */
class GuardsPropertyTest {

  private static final int TRIALS = 20_000;

  @Test
  void aGuardNeverBlocksAShrinkAndNeverMakesThePoolGrow() {
    for (long seed = 1; seed <= TRIALS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Given given = aSituation(random);
      ScalingRules rules = someRules(random);
      ScalingDecision unguarded = ScalingPolicy.of(withoutGuards(rules)).decide(given.input());
      ScalingDecision guarded = ScalingPolicy.of(rules).decide(given.input());
      String story = "seed %d: %s, unguarded %s".formatted(seed, guarded, unguarded);

      assertThat(guarded.to()).as(story).isLessThanOrEqualTo(unguarded.to());
      if (guarded.to() < unguarded.to()) {
        assertThat(guarded.reason().code())
            .as(story)
            .isIn(Reason.Code.MEMORY_BUDGET, Reason.Code.BUDGET_TOO_SMALL, Reason.Code.FREE_MEMORY);
        assertThat(guarded.to()).as(story).isGreaterThanOrEqualTo(Math.min(guarded.from(), 2));
      }
    }
  }

  @Test
  void everyHoldThatWantsSomethingElseNamesWhatBinds() {
    for (long seed = 1; seed <= TRIALS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      ScalingDecision decision =
          ScalingPolicy.of(someRules(random)).decide(aSituation(random).input());
      String story = "seed %d: %s".formatted(seed, decision);

      if (decision.wants() != decision.to()) {
        assertThat(decision.reason().text()).as(story).startsWith("wants " + decision.wants());
        assertThat(decision.reason().code())
            .as(story)
            .isIn(
                Reason.Code.SHRINK_HOLD,
                Reason.Code.BUSY,
                Reason.Code.AT_MAX_STEP,
                Reason.Code.AT_MAX,
                Reason.Code.AT_MIN,
                Reason.Code.BACKING_OFF,
                Reason.Code.NO_DATA,
                Reason.Code.MEMORY_BUDGET,
                Reason.Code.BUDGET_TOO_SMALL,
                Reason.Code.FREE_MEMORY);
      }
    }
  }

  private static Given aSituation(SplittableRandom random) {
    int active = random.nextInt(2, 10);
    return Given.active(active)
        .within(2, 10)
        .load(random.nextDouble(8))
        .busy(random.nextInt(active + 1))
        .draining(random.nextInt(3))
        .backingOff(random.nextInt(2))
        .missing(random.nextInt(2))
        .queued(random.nextInt(20))
        .meanService(0.01 + random.nextDouble(3))
        .memory(random.nextInt(1000), random.nextInt(1, 200), random.nextInt(2000));
  }

  private static ScalingRules someRules(SplittableRandom random) {
    TargetWait wait = new TargetWait(Duration.ofSeconds(1), Duration.ZERO, Duration.ofMinutes(1));
    return new ScalingRules(
        0.5,
        random.nextBoolean() ? Optional.of(wait) : Optional.empty(),
        random.nextInt(1, 5),
        OptionalLong.of(random.nextInt(100, 900) * MB),
        OptionalLong.of(random.nextInt(100, 900) * MB));
  }

  private static ScalingRules withoutGuards(ScalingRules rules) {
    return new ScalingRules(
        rules.threshold(),
        rules.targetWait(),
        rules.maxStep(),
        OptionalLong.empty(),
        OptionalLong.empty());
  }
}
