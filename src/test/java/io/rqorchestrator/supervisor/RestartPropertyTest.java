package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.control.Command;
import io.rqorchestrator.control.PoolStatus.Size;
import io.rqorchestrator.control.PoolStatus.WorkerActivity;
import io.rqorchestrator.control.PoolStatus.WorkerRow;
import io.rqorchestrator.pool.RecycleRules;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * However deploys, broken releases, recyclings, crashes and an operator's orders overlap: no worker
 * that takes jobs is asked to go unless as many others take jobs as the pool's target says, there
 * are never more processes than allowed, and once the code starts all workers run the newest.
 */
class RestartPropertyTest {

  private static final int DRAWS_EACH = 25;
  private static final int SURGE = 1;
  private static final List<Code> ANY = List.of(Code.values());

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void keepsCapacityWhateverOverlaps(long batch) {
    for (long draw = 0; draw < DRAWS_EACH; draw++) {
      new Story(batch * 1000 + draw).play();
    }
  }

  /** What is deployed at the moment. */
  private enum Code {
    /** It starts. */
    SOUND,
    /** Its workers never get ready. */
    HANGS,
    /** Its workers end before they are ready. */
    CRASHES,
    /** Its workers get ready, and end a moment later. */
    DIES_AFTER_A_MOMENT
  }

  private static final class Story {
    private final String name;
    private final SplittableRandom random;
    private final World world;
    private Code code = Code.SOUND;
    private Tick mended;
    private int wishes;
    private int launched;

    /** The largest max so far, which bounds stragglers, too. */
    private int most;

    Story(long seed) {
      name = "seed " + seed;
      random = new SplittableRandom(seed);
      int min = random.nextInt(0, 4);
      int max = Math.max(1, min + random.nextInt(0, 4));
      World.Plan plan = World.of(min, max);
      if (random.nextBoolean()) {
        plan.recycle(
            new RecycleRules(
                OptionalLong.empty(), Optional.of(Duration.ofSeconds(45)), OptionalLong.empty()));
      }
      world = plan.mayExceedMax().begins();
      for (int i = 0; i < random.nextInt(0, max + 1); i++) {
        world.launcher.survivor(100 + i, i < min ? Role.CORE : Role.ELASTIC, random.nextBoolean());
      }
      mended = world.ticks.now();
    }

    void play() {
      passes(10);
      for (int deed = 0; deed < 25; deed++) {
        doesSomething();
        passes(random.nextDouble() < 0.5 ? random.nextDouble(1) : random.nextDouble(12));
      }
      deploys(Code.SOUND);
      world.noMoreJobs();
      passes(400);
      for (int i = 0; i < 1200 && !isAtRest(); i++) {
        turns(); // a recycling may be under way at any time
      }
      comesToRest();
    }

    private boolean isAtRest() {
      Size size = world.status().size();
      return size.outdated() == 0 && capacity() == size.target();
    }

    private void doesSomething() {
      switch (random.nextInt(11)) {
        case 0, 1 -> deploys(Code.SOUND);
        case 2, 3 -> deploys(ANY.get(random.nextInt(ANY.size())));
        case 4 -> wishes = random.nextInt(2, 50);
        case 5 -> world.operator(new Command.Scale(random.nextInt(0, 6)));
        case 6 -> world.operator(new Command.Auto());
        case 7 -> {
          int min = random.nextInt(0, 4);
          int max = Math.max(1, min + random.nextInt(0, 4));
          world.operator(
              new Command.Set(OptionalInt.of(min), OptionalInt.of(max), Optional.empty()));
        }
        case 8 -> dies();
        case 9 -> world.jobs(seconds(0.2, 5), seconds(0.1, random.nextBoolean() ? 3 : 90));
        default -> world.noMoreJobs();
      }
    }

    private Duration seconds(double least, double most) {
      return Duration.ofMillis(Math.round(1000 * random.nextDouble(least, most)));
    }

    private void deploys(Code release) {
      code = release;
      world.launcher.manners(
          release == Code.HANGS ? FakeLauncher.Manners.DEAF : FakeLauncher.Manners.GOOD);
      mended = world.ticks.now();
      world.asksToRestart();
    }

    private void dies() {
      List<FakeWorker> alive = world.launcher.alive();
      if (!alive.isEmpty()) {
        alive.get(random.nextInt(alive.size())).exits(139);
      }
    }

    private void passes(double time) {
      for (double end = world.now() + time; world.now() < end; ) {
        if (wishes > 0 && random.nextInt(3) == 0) {
          wishes--;
          world.asksToRestart();
        }
        turns();
      }
    }

    private void turns() {
      brokenOnesDie();
      world.step();
      long before = capacity();
      world.supervisor.tick(world.messages());
      Size size = world.status().size();
      most = Math.max(most, size.max());
      String when = "%s at %.2f s, target %d".formatted(name, world.now(), size.target());
      assertThat(capacity()).as(when).isGreaterThanOrEqualTo(Math.min(size.target(), before));
      if (world.launched() > launched) {
        launched = world.launched();
        assertThat(world.alive()).as(when).isLessThanOrEqualTo(most + SURGE + most);
      }
    }

    private void brokenOnesDie() {
      Tick now = world.ticks.now();
      for (FakeWorker worker : world.launcher.alive()) {
        boolean isNew = !worker.born().isBefore(mended);
        boolean ends =
            (code == Code.CRASHES && now.hasPassed(Duration.ofMillis(200), worker.born()))
                || (code == Code.DIES_AFTER_A_MOMENT
                    && now.hasPassed(seconds(1.5, 3), worker.born()));
        if (isNew && ends) {
          worker.exits(1);
        }
      }
    }

    /** Workers that take jobs, as far as the pool can know it. */
    private long capacity() {
      if (world.status() == null) {
        return 0;
      }
      Set<Long> seen =
          world.status().workers().stream()
              .filter(row -> row.activity() != WorkerActivity.STARTING)
              .map(WorkerRow::pid)
              .collect(Collectors.toSet());
      return world.launcher.alive().stream()
          .filter(worker -> seen.contains(worker.pid()) && worker.takesJobs())
          .count();
    }

    private void comesToRest() {
      Size size = world.status().size();
      assertThat(capacity()).as(name + " in the end").isEqualTo(size.target());
      assertThat(size.outdated()).as(name + " old ones").isZero();
      assertThat(world.launcher.alive())
          .as(name + " generation")
          .filteredOn(FakeWorker::takesJobs)
          .allMatch(worker -> !worker.born().isBefore(mended));
      assertThat(world.lostJobs()).as(name + " killed jobs").isEqualTo(killed());
    }

    /** Jobs of workers that were made to die. */
    private long killed() {
      return world.launcher.all().stream().filter(FakeWorker::hasDiedAtAJob).count();
    }
  }
}
