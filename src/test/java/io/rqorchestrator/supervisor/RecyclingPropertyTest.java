package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.pool.RecycleRules;
import io.rqorchestrator.scaling.ScalingPolicy;
import io.rqorchestrator.scaling.ScalingRules;
import io.rqorchestrator.scaling.TargetWait;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * However fast workers are recycled, and whatever the load: the pool keeps to its bounds, follows
 * the load all the same, and loses no job. That it never exceeds max by more than the surge is
 * checked at every turn.
 */
class RecyclingPropertyTest {

  private static final int TRIALS = 60;

  @Test
  void aPoolThatIsRecycledAllTheTimeKeepsToItsBoundsAndFollowsTheLoad() {
    for (long seed = 1; seed <= TRIALS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int min = random.nextInt(0, 4);
      int max = random.nextInt(Math.max(2, min), 9);
      World world =
          World.of(min, max)
              .policy(someRule(random))
              .recycle(someRules(random))
              .mayExceedMaxByTheSurge()
              .begins();
      String story = "seed %d, %d..%d workers".formatted(seed, min, max);

      for (int phase = 0; phase < 4; phase++) {
        world.jobs(
            Duration.ofMillis(random.nextInt(100, 2000)),
            Duration.ofMillis(random.nextInt(50, 1500)));
        for (int second = 0; second < 30; second++) {
          world.runs(1);
          assertThat(world.status().size().active()).as(story).isGreaterThanOrEqualTo(min);
        }
      }
      world.noMoreJobs();
      world.runs(600);

      assertThat(world.rq.waiting()).as(story).isZero();
      assertThat(world.lostJobs()).as(story).isZero();
      assertThat(world.status().size().active()).as(story).isBetween(min, min + 1);
    }
  }

  private static ScalingPolicy someRule(SplittableRandom random) {
    return random.nextBoolean()
        ? ScalingPolicy.utilization(random.nextDouble(0.3, 0.9))
        : ScalingPolicy.of(
            ScalingRules.targetWait(
                new TargetWait(
                    Duration.ofMillis(random.nextInt(200, 5000)),
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(1))));
  }

  private static RecycleRules someRules(SplittableRandom random) {
    return random.nextBoolean()
        ? new RecycleRules(
            OptionalLong.of(random.nextInt(1, 20)), Optional.empty(), OptionalLong.empty())
        : new RecycleRules(
            OptionalLong.empty(),
            Optional.of(Duration.ofSeconds(random.nextInt(2, 60))),
            OptionalLong.empty());
  }
}
