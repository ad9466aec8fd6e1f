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
 * Compares the pool with its target and names the steps between them. Asked again on every tick, so
 * a step that failed or got lost is simply planned again.
 */
public final class PoolPlanner {

  /** How long the first successor must have taken jobs before any worker goes for it. */
  private static final Duration PROOF = Duration.ofSeconds(2);

  /** The same of a successor whose place has failed before. */
  private static final Duration DOUBT = Duration.ofSeconds(10);

  private static final Duration NO_TIME = Duration.ZERO;

  private static final Comparator<Worker> LEAST_USEFUL_FIRST =
      Comparator.comparing(Worker::isRunning)
          .thenComparing(Worker::isBusy)
          .thenComparing(Worker::id);

  private final PoolRules rules;
  private final DrainLadder ladder;
  private final boolean waitsForIdle;
  private final Optional<String> tight;

  /**
   * @param rules what to keep to
   */
  public PoolPlanner(PoolRules rules) {
    this(rules, true, Optional.empty());
  }

  private PoolPlanner(PoolRules rules, boolean waitsForIdle, Optional<String> tight) {
    this.rules = rules;
    this.ladder = new DrainLadder(rules);
    this.waitsForIdle = waitsForIdle;
    this.tight = tight;
  }

  /**
   * A planner that retires busy workers, too, once no idle one is left: somebody wants that very
   * size, whatever the load is. They finish their jobs all the same.
   */
  public PoolPlanner withoutWaiting() {
    return new PoolPlanner(rules, false, tight);
  }

  /**
   * A planner that keeps to what memory there is: while workers of earlier releases still finish
   * jobs, no further one is left behind.
   *
   * @param why what leaves no room for one more worker; empty if there is room
   */
  public PoolPlanner within(Optional<String> why) {
    return new PoolPlanner(rules, waitsForIdle, why);
  }

  /**
   * A planner for a pool that cannot be larger, whatever its bounds are.
   *
   * @param room most workers that fit
   */
  public PoolPlanner atMost(int room) {
    PoolRules smaller = rules.within(Math.min(rules.min(), room), Math.min(rules.max(), room));
    return new PoolPlanner(smaller, waitsForIdle, tight);
  }

  /**
   * Plans.
   *
   * @param target number of places wanted
   * @param jobChecks what workers' keys have told of the jobs that they hold
   */
  public List<PoolAction> plan(
      Pool pool, PoolMode mode, int target, Map<WorkerId, JobCheck> jobChecks, Tick now) {
    List<PoolAction> plan = new ArrayList<>();
    for (Worker worker : pool.workers()) {
      Optional<JobCheck> check = Optional.ofNullable(jobChecks.get(worker.id()));
      ladder.next(worker, mode, check, now).ifPresent(plan::add);
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
      int replaced = replace(pool, target, now, plan);
      // Who takes jobs is not let go for somebody who does not take any yet.
      boolean isChanging = !pool.outdated().isEmpty() || isStarting(pool);
      int spare = isChanging ? running(pool) - replaced - target : pool.live();
      retire(pool, excess - dropped.size() - Math.max(0, replaced - surge), spare, plan);
      boolean stuck = replaced == 0 && excess >= 0 && coreIsStuck(pool, now);
      int beyond = Math.max(0, pool.stragglers() - rules.stragglers());
      int max = rules.max() + Math.max(0, surge - beyond);
      fill(pool, dropped, stuck ? 1 : -excess, max, now, plan);
    }
    return plan;
  }

  /**
   * Drains as many outdated workers as ready successors make superfluous, idle ones first; of the
   * core only as many as there are ready successors of the core. What has not shown yet that it
   * takes jobs is no successor, and an outdated worker that still starts is not counted at all: so
   * there are always as many workers that take jobs as the target says, or as there were.
   *
   * @return how many
   */
  private int replace(Pool pool, int target, Tick now, List<PoolAction> plan) {
    List<Worker> outdated =
        pool.outdated().stream().filter(worker -> !(worker.phase() instanceof Starting)).toList();
    List<Worker> ready = successors(pool, now);
    int spare = ready.size() + outdated.size() - target;
    long spareCore = countCore(ready) + countCore(outdated) - rules.min();
    int stragglers = pool.stragglers();
    int allowed = rules.stragglers();
    boolean isTight = tight.isPresent() && stragglers > 0 && stragglers < allowed;
    allowed = isTight ? stragglers : allowed;
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
      plan.add(DrainLadder.ask(worker, reason));
      replaced++;
      stragglers += becomesStraggler ? 1 : 0;
      spareCore -= isCore ? 1 : 0;
    }
    if (held && replaced == 0) {
      String limit = isTight ? tight.orElseThrow() : allowed + " allowed";
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
   * Workers that may take the place of outdated ones. Code that gets ready and dies at once must
   * not end one old worker after the other: so one of them has to last for a moment, and one whose
   * place has failed before has to last for longer.
   */
  private static List<Worker> successors(Pool pool, Tick now) {
    List<Worker> ready =
        pool.workers().stream()
            .filter(worker -> worker.outdated().isEmpty())
            .filter(worker -> hasLasted(worker, worker.failures() > 0 ? DOUBT : NO_TIME, now))
            .toList();
    return ready.stream().anyMatch(worker -> hasLasted(worker, PROOF, now)) ? ready : List.of();
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

  /**
   * Retires workers.
   *
   * @param wanted how many there are too many of, with those that still start
   * @param spare how many of those that take jobs are more than the target
   */
  private void retire(Pool pool, int wanted, int spare, List<PoolAction> plan) {
    if (wanted <= 0) {
      return;
    }
    List<Worker> candidates = new ArrayList<>(retirable(pool).toList());
    if (!waitsForIdle) {
      candidates.addAll(others(pool, candidates).toList());
    }
    int chosen = 0;
    int running = Math.max(0, spare);
    for (Worker worker : candidates) {
      boolean fits = !worker.isRunning() || running > 0;
      if (chosen < wanted && fits) {
        plan.add(DrainLadder.ask(worker, DrainReason.RETIRE));
        chosen++;
        running -= worker.isRunning() ? 1 : 0;
      }
    }
    if (chosen < wanted) {
      plan.add(new PoolAction.AwaitIdle(wanted - chosen));
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
    int room = max - pool.countedAgainstMax();
    for (Vacancy vacancy : kept) {
      if (room > 0 && vacancy.isDue(now)) {
        plan.add(new PoolAction.Refill(roleAfter(core++), vacancy));
      }
      room--;
    }
    for (int i = 0; i < Math.min(room, missing); i++) {
      plan.add(new PoolAction.StartWorker(roleAfter(core++)));
    }
  }

  /**
   * Whether an outdated core worker waits for a successor and none is coming: the target is
   * reached, but with elastic workers, and these never become core.
   */
  private boolean coreIsStuck(Pool pool, Tick now) {
    List<Worker> successors = successors(pool, now);
    return core(pool) < rules.min()
        && pool.vacancies().isEmpty()
        && pool.outdated().stream().anyMatch(worker -> worker.role() == Role.CORE)
        && pool.workers().stream()
            .filter(worker -> worker.isActive() && worker.outdated().isEmpty())
            .allMatch(successors::contains);
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

  /** Whether anything is under way that the planner has to look at soon. */
  public static boolean isBusy(Pool pool) {
    return !pool.vacancies().isEmpty()
        || pool.workers().stream().anyMatch(worker -> !worker.isRunning());
  }
}
