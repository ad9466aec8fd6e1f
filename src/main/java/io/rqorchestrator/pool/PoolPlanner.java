package io.rqorchestrator.pool;

import io.rqorchestrator.pool.WorkerPhase.Draining;
import io.rqorchestrator.pool.WorkerPhase.Starting;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Compares the pool with its target and names the steps between them. Asked again on every tick, so
 * a step that failed or got lost is simply planned again.
 */
public final class PoolPlanner {

  /** RQ ignores a second signal within a second of the first. */
  private static final Duration BEFORE_COLD = Duration.ofMillis(1100);

  /** How long RQ's cold stop may take before the worker is killed. */
  private static final Duration COLD_GRACE = Duration.ofSeconds(5);

  /** How long a worker without a job may take to go. */
  private static final Duration DEAF = Duration.ofSeconds(30);

  private static final Comparator<Worker> IDLE_FIRST =
      Comparator.comparing(Worker::isBusy).thenComparing(Worker::id);

  private final PoolRules rules;
  private final boolean waitsForIdle;

  /**
   * @param rules what to keep to
   */
  public PoolPlanner(PoolRules rules) {
    this(rules, true);
  }

  private PoolPlanner(PoolRules rules, boolean waitsForIdle) {
    this.rules = rules;
    this.waitsForIdle = waitsForIdle;
  }

  /**
   * A planner that retires busy workers, too, once no idle one is left: somebody wants that very
   * size, whatever the load is. They finish their jobs all the same.
   */
  public PoolPlanner withoutWaiting() {
    return new PoolPlanner(rules, false);
  }

  /**
   * Plans.
   *
   * @param target number of places wanted
   * @param sighted whether the newest sample is a few seconds old, and so tells who holds no job
   */
  public List<PoolAction> plan(Pool pool, PoolMode mode, int target, boolean sighted, Tick now) {
    List<PoolAction> plan = new ArrayList<>();
    for (Worker worker : pool.workers()) {
      nextStep(worker, mode, sighted, now).ifPresent(plan::add);
    }
    if (mode == PoolMode.STOP || mode == PoolMode.COLD_STOP) {
      pool.vacancies().forEach(vacancy -> plan.add(new PoolAction.GiveUp(vacancy)));
      return plan;
    }
    // Successors come first, so for as long as workers are to be replaced there are more places.
    int surge = Math.min(rules.restartSurge(), pool.outdated().size());
    int excess = pool.places() - target - surge;
    List<Vacancy> dropped = excess > 0 ? droppable(pool, excess) : List.of();
    dropped.forEach(vacancy -> plan.add(new PoolAction.GiveUp(vacancy)));
    if (mode == PoolMode.RUN) {
      int replaced = replace(pool, target, plan);
      retire(pool, excess - dropped.size() - Math.max(0, replaced - surge), plan);
      boolean stuck = replaced == 0 && excess >= 0 && coreIsStuck(pool);
      fill(pool, dropped, stuck ? 1 : -excess, rules.max() + surge, now, plan);
    }
    return plan;
  }

  /**
   * Drains as many outdated workers as ready successors make superfluous, idle ones first; of the
   * core only as many as there are ready successors of the core.
   *
   * @return how many
   */
  private int replace(Pool pool, int target, List<PoolAction> plan) {
    List<Worker> outdated = pool.outdated();
    List<Worker> ready =
        pool.workers().stream()
            .filter(worker -> worker.isRunning() && worker.outdated().isEmpty())
            .toList();
    int spare = ready.size() + outdated.size() - target;
    long spareCore = countCore(ready) + countCore(outdated) - rules.min();
    int replaced = 0;
    for (Worker worker : outdated.stream().sorted(IDLE_FIRST).toList()) {
      boolean isCore = worker.role() == Role.CORE;
      if (replaced < spare && (!isCore || spareCore > 0)) {
        plan.add(ask(worker, worker.outdated().orElseThrow()));
        replaced++;
        spareCore -= isCore ? 1 : 0;
      }
    }
    return replaced;
  }

  private static long countCore(List<Worker> workers) {
    return workers.stream().filter(worker -> worker.role() == Role.CORE).count();
  }

  private Optional<PoolAction> nextStep(Worker worker, PoolMode mode, boolean sighted, Tick now) {
    boolean stopping = mode == PoolMode.STOP || mode == PoolMode.COLD_STOP;
    if (worker.phase() instanceof Draining draining) {
      return stepBeyond(draining, worker, mode, sighted, now)
          .map(step -> new PoolAction.Drain(worker, draining.reason(), step));
    }
    if (stopping) {
      return Optional.of(ask(worker, DrainReason.STOP));
    }
    if (mode == PoolMode.RUN && worker.phase() instanceof Starting && isLate(worker, now)) {
      // It may have registered and taken a job since the newest sample: it is asked, like any
      // other.
      return Optional.of(ask(worker, DrainReason.START_TIMEOUT));
    }
    return Optional.empty();
  }

  /** Time during which Redis did not answer does not count: no worker could have registered. */
  private boolean isLate(Worker worker, Tick now) {
    return now.hasPassed(rules.startTimeout(), worker.beatAt());
  }

  private Optional<DrainStep> stepBeyond(
      Draining draining, Worker worker, PoolMode mode, boolean sighted, Tick now) {
    return switch (draining.step()) {
      case MARKED -> {
        if (worker.canBeAsked()) {
          yield Optional.of(DrainStep.ASKED);
        }
        yield (mode != PoolMode.WAIT && isLate(worker, now)) || mode == PoolMode.COLD_STOP
            ? Optional.of(DrainStep.KILLED)
            : Optional.empty();
      }
      case ASKED -> {
        boolean late =
            patience(draining.reason(), mode)
                .filter(allowed -> now.hasPassed(max(allowed, BEFORE_COLD), draining.stepAt()))
                .isPresent();
        // It holds no job and does not go: it is deaf, and nothing is lost with it.
        boolean deaf =
            sighted && worker.isWithoutJob(now) && now.hasPassed(DEAF, draining.freeAt());
        yield late || deaf ? Optional.of(DrainStep.COLD) : Optional.empty();
      }
      case COLD ->
          now.hasPassed(COLD_GRACE, draining.stepAt())
              ? Optional.of(DrainStep.KILLED)
              : Optional.empty();
      case KILLED -> Optional.empty();
    };
  }

  /**
   * How long a worker may take for its job. A pool that is not to end has the patience for it,
   * however long it takes; one that shows no sign of life may never come to its end.
   */
  private Optional<Duration> patience(DrainReason reason, PoolMode mode) {
    return switch (mode) {
      case COLD_STOP -> Optional.of(BEFORE_COLD);
      case STOP -> rules.drainTimeout();
      case RUN, WAIT ->
          reason == DrainReason.UNRESPONSIVE ? rules.drainTimeout() : Optional.empty();
    };
  }

  /**
   * Vacancies cost nothing, so they go before any worker does, those that failed most first. But
   * the core's stay: without them the pool would be left with elastic workers and no scheduler.
   */
  private List<Vacancy> droppable(Pool pool, int excess) {
    int core = Math.max(0, rules.min() - core(pool));
    return pool.vacancies().stream()
        .sorted(Comparator.comparingInt(Vacancy::failures).reversed())
        .limit(Math.min(excess, Math.max(0, pool.vacancies().size() - core)))
        .toList();
  }

  private void retire(Pool pool, int wanted, List<PoolAction> plan) {
    if (wanted <= 0) {
      return;
    }
    List<Worker> chosen = new ArrayList<>(retirable(pool).limit(wanted).toList());
    if (!waitsForIdle) {
      chosen.addAll(others(pool, chosen).limit(wanted - chosen.size()).toList());
    }
    chosen.forEach(worker -> plan.add(ask(worker, DrainReason.RETIRE)));
    if (chosen.size() < wanted) {
      plan.add(new PoolAction.AwaitIdle(wanted - chosen.size()));
    }
  }

  /** All others, in the order in which idle ones would go. */
  private static Stream<Worker> others(Pool pool, List<Worker> chosen) {
    return pool.workers().stream()
        .filter(worker -> worker.isActive() && worker.outdated().isEmpty())
        .filter(worker -> !chosen.contains(worker))
        .sorted(Comparator.comparing(Worker::role).thenComparing(Worker::id).reversed());
  }

  /**
   * Idle workers, newest first; elastic ones, and then as many of the core as min has no use for.
   */
  private Stream<Worker> retirable(Pool pool) {
    return Stream.concat(
        idle(pool, Role.ELASTIC),
        idle(pool, Role.CORE).limit(Math.max(0, core(pool) - rules.min())));
  }

  private static Stream<Worker> idle(Pool pool, Role role) {
    return pool.workers().stream()
        .filter(worker -> worker.role() == role && worker.isIdle() && worker.outdated().isEmpty())
        .sorted(Comparator.comparing(Worker::id).reversed());
  }

  /** A process that was killed and has not ended yet still takes its room. */
  private void fill(
      Pool pool, List<Vacancy> dropped, int missing, int max, Tick now, List<PoolAction> plan) {
    List<Vacancy> kept = new ArrayList<>(pool.vacancies());
    dropped.forEach(kept::remove);
    int core = core(pool);
    int room = max - pool.charged();
    for (Vacancy vacancy : kept) {
      if (room > 0 && vacancy.isDue(now)) {
        plan.add(new PoolAction.Refill(roleAfter(core++), vacancy));
      }
      room--;
    }
    for (int i = 0; i < Math.min(room, missing); i++) {
      plan.add(new PoolAction.Start(roleAfter(core++)));
    }
  }

  /**
   * Whether an outdated core worker waits for a successor and none is coming: the target is
   * reached, but with elastic workers, and these never become core.
   */
  private boolean coreIsStuck(Pool pool) {
    return core(pool) < rules.min()
        && pool.vacancies().isEmpty()
        && pool.outdated().stream().anyMatch(worker -> worker.role() == Role.CORE)
        && pool.workers().stream()
            .noneMatch(worker -> worker.phase() instanceof Starting && worker.outdated().isEmpty());
  }

  /** Core workers that stay: the successor of an outdated one takes over its role. */
  private static int core(Pool pool) {
    return (int)
        pool.workers().stream()
            .filter(worker -> worker.isActive() && worker.role() == Role.CORE)
            .filter(worker -> worker.outdated().isEmpty())
            .count();
  }

  private Role roleAfter(int core) {
    return core < rules.min() ? Role.CORE : Role.ELASTIC;
  }

  private static PoolAction ask(Worker worker, DrainReason reason) {
    DrainStep step = worker.canBeAsked() ? DrainStep.ASKED : DrainStep.MARKED;
    return new PoolAction.Drain(worker, reason, step);
  }

  private static Duration max(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? other : one;
  }

  /** Whether anything is under way that the planner has to look at soon. */
  public static boolean isBusy(Pool pool) {
    return !pool.vacancies().isEmpty()
        || pool.workers().stream().anyMatch(worker -> !worker.isRunning());
  }
}
