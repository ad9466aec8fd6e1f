package io.rqorchestrator.pool;

import io.rqorchestrator.pool.WorkerPhase.Running;
import io.rqorchestrator.pool.WorkerPhase.Starting;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Compares the pool with its target and plans the actions that bring the pool to the target. Every
 * tick plans anew, so an action that failed or got lost is planned again.
 */
public final class PoolPlanner {

  /** How long one successor must have been running before any outdated worker is drained. */
  private static final Duration MIN_UPTIME = Duration.ofSeconds(2);

  /** How long a successor must have been running if its place has failed before. */
  private static final Duration MIN_UPTIME_AFTER_FAILURE = Duration.ofSeconds(10);

  private static final Comparator<Worker> LEAST_USEFUL_FIRST =
      Comparator.comparing(Worker::isRunning)
          .thenComparing(Worker::isBusy)
          .thenComparing(Worker::id);

  private final PoolRules rules;
  private final DrainLadder ladder;

  /**
   * @param rules the limits for restarts, stragglers and timeouts
   */
  public PoolPlanner(PoolRules rules) {
    this.rules = rules;
    this.ladder = new DrainLadder(rules);
  }

  /**
   * Plans the next actions from the pool to its target.
   *
   * @param jobChecks the job checks of workers that may be ended
   */
  public List<PoolAction> plan(
      Pool pool, PoolMode mode, PoolTarget target, Map<WorkerId, JobCheck> jobChecks, Tick now) {
    List<PoolAction> plan = new ArrayList<>();
    for (Worker worker : pool.workers()) {
      Optional<JobCheck> check = Optional.ofNullable(jobChecks.get(worker.id()));
      ladder.next(worker, mode, check, now).ifPresent(plan::add);
    }
    if (mode == PoolMode.STOP || mode == PoolMode.COLD_STOP) {
      pool.vacancies().forEach(vacancy -> plan.add(new PoolAction.GiveUp(vacancy)));
      return plan;
    }
    // Successors start before the outdated workers drain, so a replacement needs extra places.
    int surge = Math.min(rules.restartSurge(), pool.outdated().size());
    int excess = pool.places() - target.size() - surge;
    List<Vacancy> dropped = excess > 0 ? droppable(pool, target.min(), excess) : List.of();
    dropped.forEach(vacancy -> plan.add(new PoolAction.GiveUp(vacancy)));
    if (mode == PoolMode.RUN) {
      int replaced = replace(pool, target, now, plan);
      // A running worker is not retired in favour of a worker that does not take jobs yet.
      boolean isChanging = !pool.outdated().isEmpty() || isStarting(pool);
      int spare = isChanging ? running(pool) - replaced - target.size() : pool.live();
      int leaving = excess - dropped.size() - Math.max(0, replaced - surge);
      retire(pool, target, leaving, spare, plan);
      boolean stuck = replaced == 0 && excess >= 0 && coreIsStuck(pool, target.min(), now);
      int beyond = Math.max(0, pool.stragglers() - rules.stragglers(target.max()));
      int max = target.max() + Math.max(0, surge - beyond);
      List<Vacancy> kept = new ArrayList<>(pool.vacancies());
      dropped.forEach(kept::remove);
      PoolTarget widened = new PoolTarget(target.size(), target.min(), max);
      fill(pool, kept, stuck ? 1 : -excess, widened, now, plan);
    }
    return plan;
  }

  /**
   * Drains as many outdated workers as ready successors allow, idle workers first. A core worker
   * needs a successor that is core, too. Workers that still start count neither as successors nor
   * as outdated. So the number of running workers does not fall below the target, or below the
   * number that there was if that is smaller.
   *
   * @return number of workers drained
   */
  private int replace(Pool pool, PoolTarget target, Tick now, List<PoolAction> plan) {
    List<Worker> outdated =
        pool.outdated().stream().filter(worker -> !(worker.phase() instanceof Starting)).toList();
    List<Worker> ready = successors(pool, now);
    int spare = ready.size() + outdated.size() - target.size();
    long spareCore = countCore(ready) + countCore(outdated) - target.min();
    int stragglers = pool.stragglers();
    int allowed = rules.stragglers(target.max());
    boolean isShort = target.memoryShortage().isPresent() && stragglers > 0 && stragglers < allowed;
    allowed = isShort ? stragglers : allowed;
    int replaced = 0;
    boolean held = false;
    for (Worker worker : outdated.stream().sorted(LEAST_USEFUL_FIRST).toList()) {
      DrainReason reason = worker.outdated().orElseThrow();
      boolean isCore = worker.role() == Role.CORE;
      if (replaced >= spare || (isCore && spareCore <= 0)) {
        continue;
      }
      boolean becomesStraggler = reason == DrainReason.RESTART;
      if (becomesStraggler && stragglers >= allowed + (worker.isIdle() ? 1 : 0)) {
        held = true;
        continue;
      }
      plan.add(DrainLadder.begin(worker, reason));
      replaced++;
      stragglers += becomesStraggler ? 1 : 0;
      spareCore -= isCore ? 1 : 0;
    }
    if (held && replaced == 0) {
      String limit = isShort ? target.memoryShortage().orElseThrow() : allowed + " allowed";
      plan.add(new PoolAction.AwaitStragglers(stillWorking(stragglers) + ", " + limit));
    }
    return replaced;
  }

  private static String stillWorking(int stragglers) {
    return stragglers == 1
        ? "1 worker of an earlier release still finishes its job"
        : stragglers + " workers of earlier releases still finish jobs";
  }

  /**
   * Running workers that may take the place of outdated ones. None counts until one of them has
   * been running for {@link #MIN_UPTIME}: otherwise code that starts up and then crashes would end
   * one old worker after the other. A successor whose place has failed before counts only after
   * {@link #MIN_UPTIME_AFTER_FAILURE}.
   */
  private static List<Worker> successors(Pool pool, Tick now) {
    List<Worker> ready =
        pool.workers().stream()
            .filter(worker -> worker.outdated().isEmpty())
            .filter(
                worker ->
                    hasLasted(
                        worker,
                        worker.failures() > 0 ? MIN_UPTIME_AFTER_FAILURE : Duration.ZERO,
                        now))
            .toList();
    return ready.stream().anyMatch(worker -> hasLasted(worker, MIN_UPTIME, now))
        ? ready
        : List.of();
  }

  private static boolean hasLasted(Worker worker, Duration time, Tick now) {
    return worker.phase() instanceof Running running && now.hasPassed(time, running.since());
  }

  private static boolean isStarting(Pool pool) {
    return pool.workers().stream().anyMatch(worker -> worker.phase() instanceof Starting);
  }

  private static int running(Pool pool) {
    return (int) pool.workers().stream().filter(Worker::isRunning).count();
  }

  private static long countCore(List<Worker> workers) {
    return workers.stream().filter(worker -> worker.role() == Role.CORE).count();
  }

  /**
   * Vacancies to remove before any worker is retired; those with the most failures first. As many
   * stay as the core lacks workers: otherwise the pool would be left with elastic workers and no
   * scheduler.
   */
  private static List<Vacancy> droppable(Pool pool, int min, int excess) {
    int core = Math.max(0, min - core(pool));
    return pool.vacancies().stream()
        .sorted(Comparator.comparingInt(Vacancy::failures).reversed())
        .limit(Math.min(excess, Math.max(0, pool.vacancies().size() - core)))
        .toList();
  }

  /**
   * Retires workers.
   *
   * @param wanted number of active workers above the target, including those that still start
   * @param spare number of running workers above the target
   */
  private static void retire(
      Pool pool, PoolTarget target, int wanted, int spare, List<PoolAction> plan) {
    if (wanted <= 0) {
      return;
    }
    List<Worker> candidates = new ArrayList<>(retirable(pool, target.min()).toList());
    if (!target.waitsForIdle()) {
      candidates.addAll(others(pool, candidates).toList());
    }
    int chosen = 0;
    int running = Math.max(0, spare);
    for (Worker worker : candidates) {
      boolean fits = !worker.isRunning() || running > 0;
      if (chosen < wanted && fits) {
        plan.add(DrainLadder.begin(worker, DrainReason.RETIRE));
        chosen++;
        running -= worker.isRunning() ? 1 : 0;
      }
    }
    if (chosen < wanted) {
      plan.add(new PoolAction.AwaitIdle(wanted - chosen));
    }
  }

  /**
   * All other active workers that are not outdated, in the same order as idle ones: elastic before
   * core, newest first.
   */
  private static Stream<Worker> others(Pool pool, List<Worker> chosen) {
    return pool.workers().stream()
        .filter(worker -> worker.isActive() && worker.outdated().isEmpty())
        .filter(worker -> !chosen.contains(worker))
        .sorted(Comparator.comparing(Worker::role).thenComparing(Worker::id).reversed());
  }

  /** Idle workers to retire, newest first: elastic workers, then the core workers above min. */
  private static Stream<Worker> retirable(Pool pool, int min) {
    return Stream.concat(
        idle(pool, Role.ELASTIC), idle(pool, Role.CORE).limit(Math.max(0, core(pool) - min)));
  }

  private static Stream<Worker> idle(Pool pool, Role role) {
    return pool.workers().stream()
        .filter(worker -> worker.role() == role && worker.isIdle() && worker.outdated().isEmpty())
        .sorted(Comparator.comparing(Worker::id).reversed());
  }

  /**
   * Fills vacancies that are due and then starts missing workers, up to max. A killed process
   * counts against max until it has ended.
   */
  private static void fill(
      Pool pool,
      List<Vacancy> vacancies,
      int missing,
      PoolTarget target,
      Tick now,
      List<PoolAction> plan) {
    int core = core(pool);
    int room = target.max() - pool.countedAgainstMax();
    for (Vacancy vacancy : vacancies) {
      if (room > 0 && vacancy.isDue(now)) {
        plan.add(new PoolAction.Refill(roleAfter(core++, target), vacancy));
      }
      room--;
    }
    for (int i = 0; i < Math.min(room, missing); i++) {
      plan.add(new PoolAction.StartWorker(roleAfter(core++, target)));
    }
  }

  /**
   * Whether an outdated core worker waits for a successor that will never come: the target is
   * reached with elastic workers, and an elastic worker never becomes core.
   */
  private static boolean coreIsStuck(Pool pool, int min, Tick now) {
    List<Worker> successors = successors(pool, now);
    return core(pool) < min
        && pool.vacancies().isEmpty()
        && pool.outdated().stream().anyMatch(worker -> worker.role() == Role.CORE)
        && pool.workers().stream()
            .filter(worker -> worker.isActive() && worker.outdated().isEmpty())
            .allMatch(successors::contains);
  }

  /**
   * Number of active core workers that are not outdated. The successor of an outdated core worker
   * becomes core.
   */
  private static int core(Pool pool) {
    return (int)
        pool.workers().stream()
            .filter(worker -> worker.isActive() && worker.role() == Role.CORE)
            .filter(worker -> worker.outdated().isEmpty())
            .count();
  }

  private static Role roleAfter(int core, PoolTarget target) {
    return core < target.min() ? Role.CORE : Role.ELASTIC;
  }

  /**
   * Whether the planner has to run again soon: there are vacancies, or workers that start or drain.
   */
  public static boolean isBusy(Pool pool) {
    return !pool.vacancies().isEmpty()
        || pool.workers().stream().anyMatch(worker -> !worker.isRunning());
  }
}
