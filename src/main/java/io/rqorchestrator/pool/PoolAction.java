package io.rqorchestrator.pool;

/** One step that brings the pool nearer to its target. */
public sealed interface PoolAction {

  /**
   * Spawn a worker for the pool's target.
   *
   * @param role what it is to be
   */
  record StartWorker(Role role) implements PoolAction {}

  /**
   * Spawn a worker in the place of one that is gone.
   *
   * @param role what it is to be
   * @param vacancy the place it fills
   */
  record Refill(Role role, Vacancy vacancy) implements PoolAction {}

  /**
   * Give up a place that waits to be filled.
   *
   * @param vacancy the place
   */
  record GiveUp(Vacancy vacancy) implements PoolAction {}

  /**
   * Take a worker a step further on its way out.
   *
   * @param worker who
   * @param reason why
   * @param step the step to take
   */
  record DrainWorker(Worker worker, DrainReason reason, DrainStep step) implements PoolAction {}

  /**
   * Ask a worker's own keys which job it holds now, because it may be ended.
   *
   * @param worker who
   */
  record CheckJob(Worker worker) implements PoolAction {}

  /**
   * Nothing can be retired now; the planner tries again as long as the decision stands.
   *
   * @param excess how many workers the pool has above its target
   */
  record AwaitIdle(int excess) implements PoolAction {}

  /**
   * No worker can be replaced now: too many of earlier releases are still at their jobs.
   *
   * @param why how many they are, and how many may be
   */
  record AwaitStragglers(String why) implements PoolAction {}
}
