package io.rqorchestrator.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** For any constant load a pool with a target wait goes straight to one size and stays there. */
class TargetWaitNoFlapPropertyTest {

  private static final int TRIALS = 1_000;
  private static final int SECONDS = 120;

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

  /** A window tells a constant load only up to the job that is just leaving or entering it. */
  @Test
  void aLoadMeasuredWithinTwoPercentTurnsNothingBack() {
    for (long seed = 1; seed <= TRIALS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      double load = aLoad(random);
      List<Integer> sizes =
          sizes(random, workers -> load * (1 + 0.02 * (2 * random.nextDouble() - 1)));

      assertThat(turns(sizes)).as("seed %d turns back: %s", seed, sizes).isZero();
    }
  }

  private static void check(long seed, SplittableRandom random, IntToDoubleFunction load) {
    List<Integer> sizes = sizes(random, load);

    assertThat(turns(sizes)).as("seed %d turns back: %s", seed, sizes).isZero();
    assertThat(sizes.get(SECONDS / 2)).as("seed %d: %s", seed, sizes).isEqualTo(sizes.get(SECONDS));
  }

  private static int turns(List<Integer> sizes) {
    int turns = 0;
    int direction = 0;
    for (int i = 1; i < sizes.size(); i++) {
      int next = Integer.signum(sizes.get(i) - sizes.get(i - 1));
      turns += next != 0 && next == -direction ? 1 : 0;
      direction = next == 0 ? direction : next;
    }
    return turns;
  }

  /** Two minutes, a second at a time. */
  private static List<Integer> sizes(SplittableRandom random, IntToDoubleFunction load) {
    Duration target = Duration.ofMillis(random.nextInt(100, 10_000));
    ScalingPolicy policy =
        ScalingPolicy.of(
            ScalingRules.targetWait(
                new TargetWait(target, Duration.ofSeconds(5), Duration.ofMinutes(1))));
    int min = random.nextInt(0, 10);
    int max = random.nextInt(Math.max(1, min), 41);
    double service = 10 * Math.pow(random.nextDouble(), 3) + 0.001;
    long queued = random.nextInt(3);
    int size = random.nextInt(min, max + 1);

    List<Integer> sizes = new ArrayList<>(List.of(size));
    for (int second = 0; second < SECONDS; second++) {
      double measured = load.applyAsDouble(size);
      Given given = Given.active(size).within(min, max).at(second).load(measured);
      given.busy((int) Math.min(size, measured)).queued(queued).meanService(service);
      size = policy.decide(given.input()).to();
      assertThat(size).isBetween(min, max);
      sizes.add(size);
    }
    return sizes;
  }

  private static double aLoad(SplittableRandom random) {
    return random.nextInt(10) == 0 ? 0 : 20 * Math.pow(random.nextDouble(), 2);
  }
}
