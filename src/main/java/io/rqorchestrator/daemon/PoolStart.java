package io.rqorchestrator.daemon;

import io.rqorchestrator.setup.PoolSetup;
import io.rqorchestrator.supervisor.Mailbox;

/**
 * What a pool has before its daemon holds the lock.
 *
 * @param setup the pool's settings
 * @param checks have begun
 * @param mailbox takes signals from now on
 */
record PoolStart(PoolSetup setup, StartChecks checks, Mailbox mailbox) {

  /**
   * Begins the checks.
   *
   * @throws CannotRun if one of them fails at once
   */
  static PoolStart begin(PoolSetup setup) throws CannotRun {
    return new PoolStart(setup, StartChecks.begin(setup.settings().workers()), new Mailbox());
  }
}
