package io.rqorchestrator.pool;

/** One step that brings the pool nearer to its target. */
public sealed interface PoolAction {

  /**
   * Spawn a worker for the pool's target.
   *
   * @param role the role of the new worker
   */
  record StartWorker(Role role) implements PoolAction {}

  /**
   * Spawn a worker to fill a vacancy.
   *
   * @param role the role of the new worker
   * @param vacancy the vacancy that it fills
   */
  record Refill(Role role, Vacancy vacancy) implements PoolAction {}

  /**
   * Remove a vacancy without filling it.
   *
   * @param vacancy the vacancy
   */
  record GiveUp(Vacancy vacancy) implements PoolAction {}

  /**
   * Take the next step of a worker's drain.
   *
   * @param worker the draining worker
   * @param reason why it drains
   * @param step the step to take
   */
  record DrainWorker(Worker worker, DrainReason reason, DrainStep step) implements PoolAction {}

  /**
   * Read from a worker's own keys which job it holds now, because the next step may end the job.
   *
   * @param worker the worker to check
   */
  record CheckJob(Worker worker) implements PoolAction {}

  /**
   * Too few idle workers to retire. The planner tries again as long as the target stays lower.
   *
   * @param excess number of workers above the target
   */
  record AwaitIdle(int excess) implements PoolAction {}

  /**
   * No worker can be replaced now, because there are too many stragglers.
   *
   * @param why the number of stragglers and the limit, in one line
   */
  record AwaitStragglers(String why) implements PoolAction {}
}
