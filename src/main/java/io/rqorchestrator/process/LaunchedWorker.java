package io.rqorchestrator.process;

import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.WorkerHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A worker whose start was requested. Signals for it are kept until it has a process. */
final class LaunchedWorker implements WorkerHandle {

  /** Withdraws the request for the worker, if that is still possible. Must not block. */
  @FunctionalInterface
  interface Withdrawal {
    void withdraw();
  }

  /**
   * What is known of the worker before it has a process.
   *
   * @param rqName the worker's name in RQ; empty if the worker chooses its own
   * @param role what it is to be
   * @param token what the worker is to publish
   * @param lossFree whether it runs in the worker host
   * @param scheduler whether it is to run RQ's scheduler
   */
  record ProcessIdentity(
      String rqName, Role role, String token, boolean lossFree, boolean scheduler) {}

  private final ProcessIdentity identity;
  private final Withdrawal withdrawal;
  private long pid;
  private @Nullable WorkerProcess process;
  private boolean terminated;
  private boolean cold;
  private boolean killed;

  LaunchedWorker(ProcessIdentity identity, Withdrawal withdrawal) {
    this.identity = identity;
    this.withdrawal = withdrawal;
  }

  /**
   * The worker has a process.
   *
   * @param handle empty if the process has ended already
   */
  synchronized void begun(long newPid, Optional<ProcessHandle> handle) {
    pid = newPid;
    process =
        handle.map(alive -> new WorkerProcess(alive, rqName(), token(), lossFree())).orElse(null);
    if (process != null && killed) {
      process.kill();
    } else if (process != null && cold) {
      process.stopCold();
    } else if (process != null && terminated) {
      process.terminate();
    }
  }

  /** Whether its end was requested before it had a process, so that none needs to be started. */
  synchronized boolean isUnwanted() {
    return pid == 0 && (terminated || cold || killed);
  }

  @Override
  public synchronized long pid() {
    return pid;
  }

  @Override
  public String rqName() {
    return identity.rqName();
  }

  @Override
  public String token() {
    return identity.token();
  }

  /** What it is to be. */
  Role role() {
    return identity.role();
  }

  /** Whether it is to run RQ's scheduler. */
  boolean scheduler() {
    return identity.scheduler();
  }

  @Override
  public boolean lossFree() {
    return identity.lossFree();
  }

  @Override
  public synchronized boolean owns(long other) {
    return process != null && process.owns(other);
  }

  @Override
  public synchronized void terminate() {
    terminated = true;
    if (process != null) {
      process.terminate();
    } else if (pid == 0) {
      withdrawal.withdraw();
    }
  }

  @Override
  public synchronized void stopCold() {
    cold = true;
    if (process != null) {
      process.stopCold();
    } else if (pid == 0) {
      withdrawal.withdraw();
    }
  }

  @Override
  public synchronized void resume() {
    if (process != null) {
      process.resume();
    }
  }

  @Override
  public synchronized void kill() {
    killed = true;
    if (process != null) {
      process.kill();
    } else if (pid == 0) {
      withdrawal.withdraw();
    }
  }
}
