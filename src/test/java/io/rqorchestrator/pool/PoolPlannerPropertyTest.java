package io.rqorchestrator.pool;

import static io.rqorchestrator.time.Ticks.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.pool.PoolAction.CheckJob;
import io.rqorchestrator.pool.PoolAction.DrainWorker;
import io.rqorchestrator.pool.PoolAction.GiveUp;
import io.rqorchestrator.pool.PoolAction.Refill;
import io.rqorchestrator.pool.PoolAction.StartWorker;
import io.rqorchestrator.rq.JobInHand;
import io.rqorchestrator.rq.WorkerState;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Whatever happens to a pool, its plans keep the promises: never more live workers than max, no
 * signal twice, no job killed unless a timeout or a cold stop says so, and the target is reached.
 */
class PoolPlannerPropertyTest {

  private static final int TRIALS = 300;
  private static final int TURNS = 200;

  @Test
  void keepsItsPromisesWhateverHappens() {
    for (long seed = 1; seed <= TRIALS; seed++) {
      new Story(seed).play();
    }
  }

  /** A pool to which things happen at random, and which is then left in peace. */
  private static final class Story {
    private final String name;
    private final SplittableRandom random;
    private final int min;
    private final int max;
    private final PoolRules rules;
    private final PoolPlanner planner;
    private Pool pool = Pool.EMPTY;
    private int target;
    private double seconds;
    private int numbers;

    Story(long seed) {
      name = "seed " + seed;
      random = new SplittableRandom(seed);
      min = random.nextInt(0, 4);
      max = Math.max(1, min + random.nextInt(0, 5));
      rules = new PoolRules(random.nextInt(1, 3), true, Duration.ofSeconds(20), Optional.empty());
      planner = new PoolPlanner(rules);
      target = min;
    }

    private final Map<WorkerId, JobCheck> jobChecks = new HashMap<>();

    void play() {
      for (int turn = 0; turn < TURNS; turn++) {
        seconds += random.nextDouble(2);
        if (random.nextInt(5) == 0) {
          target = random.nextInt(min, max + 1);
        }
        List.copyOf(pool.workers()).forEach(this::somethingHappens);
        PoolMode mode = random.nextInt(4) == 0 ? PoolMode.WAIT : PoolMode.RUN;
        planner
            .plan(pool, mode, new PoolTarget(target, min, max), jobChecks, now())
            .forEach(action -> carryOut(action, mode));
      }
      comesToRest();
    }

    private void comesToRest() {
      for (int turn = 0; turn < 20; turn++) {
        seconds += 30;
        for (Worker worker : List.copyOf(pool.workers())) {
          if (worker.isActive()) {
            pool = pool.with(Workers.seen(worker, WorkerState.IDLE));
          } else {
            pool = pool.without(worker.id());
          }
        }
        planner
            .plan(pool, PoolMode.RUN, new PoolTarget(target, min, max), jobChecks, now())
            .forEach(action -> carryOut(action, PoolMode.RUN));
      }
      assertThat(pool.active()).as(name).isEqualTo(target);
      assertThat(pool.vacancies()).as(name).isEmpty();
      assertThat(pool.outdated()).as(name).isEmpty();
      assertThat(pool.active(Role.CORE)).as(name).isGreaterThanOrEqualTo(min);
    }

    private void somethingHappens(Worker worker) {
      if (random.nextInt(50) == 0) {
        pool = pool.with(worker.outdatedBy(DrainReason.RESTART));
        return;
      }
      switch (random.nextInt(8)) {
        case 0 -> pool = pool.with(Workers.seen(worker, WorkerState.IDLE));
        case 1 -> pool = pool.with(Workers.seen(worker, WorkerState.BUSY));
        case 2 -> pool = pool.with(Workers.seen(worker, WorkerState.UNKNOWN));
        case 3 -> exits(worker);
        default -> {}
      }
    }

    private void exits(Worker worker) {
      pool = pool.without(worker.id());
      if (worker.isActive()) {
        pool =
            pool.with(
                new Vacancy(
                    1, now().plus(Duration.ofSeconds(random.nextInt(10))), Optional.empty()));
      }
    }

    private void carryOut(PoolAction action, PoolMode mode) {
      if (action instanceof StartWorker start) {
        starts(start.role(), mode);
      } else if (action instanceof Refill refill) {
        pool = pool.without(refill.vacancy());
        starts(refill.role(), mode);
      } else if (action instanceof GiveUp giveUp) {
        pool = pool.without(giveUp.vacancy());
      } else if (action instanceof DrainWorker drain) {
        jobChecks.remove(drain.worker().id());
        drains(drain, mode);
      } else if (action instanceof CheckJob question) {
        Worker worker = question.worker();
        Optional<JobInHand> found = Optional.of(new JobInHand(worker.isBusy(), ""));
        jobChecks.put(worker.id(), new JobCheck(now(), random.nextBoolean(), found));
      }
    }

    private void starts(Role role, PoolMode mode) {
      assertThat(mode).as(name).isEqualTo(PoolMode.RUN);
      WorkerId id = new WorkerId(++numbers);
      pool = pool.with(Worker.started(id, numbers, role, true, now(), 0));
      int surge = Math.min(rules.restartSurge(), pool.outdated().size());
      assertThat(pool.countedAgainstMax()).as(name + " live").isLessThanOrEqualTo(max + surge);
    }

    private void drains(DrainWorker drain, PoolMode mode) {
      Worker worker = drain.worker();
      if (worker.phase() instanceof WorkerPhase.Draining draining) {
        goesOn(draining, drain);
      } else {
        assertThat(mode).as(name).isEqualTo(PoolMode.RUN);
        begins(drain);
      }
      pool = pool.with(worker.draining(drain.reason(), drain.step(), now()));
      if (drain.reason() == DrainReason.START_TIMEOUT && worker.isActive()) {
        pool = pool.with(new Vacancy(1, now().plus(Duration.ofSeconds(1)), Optional.empty()));
      }
      assertThat(pool.places()).as(name + " too few").isGreaterThanOrEqualTo(min);
    }

    private void begins(DrainWorker drain) {
      if (drain.reason() == DrainReason.START_TIMEOUT) {
        return;
      }
      assertThat(drain.step()).as(name).isEqualTo(DrainStep.ASKED);
      assertThat(pool.places()).as(name + " asks too many").isGreaterThan(target);
      if (drain.reason() == DrainReason.RETIRE) {
        assertThat(drain.worker().isIdle()).as(name + " retires a busy worker").isTrue();
      }
    }

    /** There is no drain timeout, so only a worker without a job may be taken further. */
    private void goesOn(WorkerPhase.Draining draining, DrainWorker drain) {
      assertThat(drain.step()).as(name + " twice").isGreaterThan(draining.step());
      if (drain.step() == DrainStep.COLD) {
        assertThat(drain.worker().isBusy()).as(name + " kills a job").isFalse();
      }
    }

    private Tick now() {
      return at(seconds);
    }
  }
}
