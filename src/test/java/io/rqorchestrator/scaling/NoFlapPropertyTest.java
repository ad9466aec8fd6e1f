package io.rqorchestrator.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.scaling.ScalingDecision.Hold;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** For any constant load the pool goes straight to one size and stays there. */
class NoFlapPropertyTest {

  private static final int TRIALS = 2_000;

  /** Work that arrives at a constant rate and is shared by however many workers there are. */
  @Test
  void constantLoadGoesStraightToOneSize() {
    for (long seed = 1; seed <= TRIALS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      double load = aLoad(random);
      check(seed, random, workers -> load);
    }
  }

  /** The same where too few workers show no more load than they are. */
  @Test
  void saturatedWorkersGoStraightToOneSize() {
    for (long seed = 1; seed <= TRIALS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      double load = aLoad(random);
      check(seed, random, workers -> Math.min(load, workers));
    }
  }

  /** Where rounding would show: loads that lie on a bound of the band for some size. */
  @Test
  void aLoadOnTheBoundOfTheBandGoesStraightToOneSize() {
    for (long seed = 1; seed <= TRIALS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      double threshold = aThreshold(random);
      int size = random.nextInt(1, 21);
      double load = random.nextBoolean() ? threshold * size : threshold / 2 * size;
      check(seed, random, threshold, workers -> load);
    }
  }

  private static void check(long seed, SplittableRandom random, IntToDoubleFunction load) {
    check(seed, random, aThreshold(random), load);
  }

  private static void check(
      long seed, SplittableRandom random, double threshold, IntToDoubleFunction load) {
    ScalingPolicy policy = ScalingPolicy.utilization(threshold);
    int min = random.nextInt(0, 10);
    int max = random.nextInt(Math.max(1, min), 21);
    int start = random.nextInt(min, max + 1);
    long queued = random.nextInt(3);

    List<Integer> sizes = new ArrayList<>(List.of(start));
    int size = start;
    boolean settled = false;
    while (!settled && sizes.size() <= 2 * max) {
      Given now = Given.active(size).within(min, max).load(load.applyAsDouble(size)).queued(queued);
      ScalingDecision decision = policy.decide(now.input());
      settled = decision instanceof Hold;
      if (!settled) {
        size = decision.to();
        sizes.add(size);
      }
    }

    String story = "seed %d, %d..%d workers: %s".formatted(seed, min, max, sizes);
    assertThat(settled).as(story).isTrue();
    assertThat(Collections.min(sizes)).as(story).isGreaterThanOrEqualTo(min);
    assertThat(Collections.max(sizes)).as(story).isLessThanOrEqualTo(max);
    assertThat(sizes.size() - 1).as(story + " turns back").isEqualTo(Math.abs(size - start));
  }

  private static double aLoad(SplittableRandom random) {
    return random.nextInt(10) == 0 ? 0 : 20 * Math.pow(random.nextDouble(), 2);
  }

  private static double aThreshold(SplittableRandom random) {
    return 0.9 * (1 - random.nextDouble());
  }
}
