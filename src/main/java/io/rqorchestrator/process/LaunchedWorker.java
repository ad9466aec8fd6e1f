package io.rqorchestrator.process;

import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.WorkerHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A worker that was asked for. Until its process is there, signals for it are kept. */
final class LaunchedWorker implements WorkerHandle {

  /** Takes back what was asked for, if that is possible. Must not block. */
  @FunctionalInterface
  interface Withdrawal {
    void withdraw();
  }

  /**
   * What is known of it beforehand.
   *
   * @param rqName the name given to RQ, or an empty string
   * @param role what it is to be
   * @param token what it is to publish
   * @param lossFree whether it runs in our worker host
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
   * It has a process.
   *
   * @param handle empty if it has ended already
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

  /** Whether it was told to go before it had a process: then it need not have one. */
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
