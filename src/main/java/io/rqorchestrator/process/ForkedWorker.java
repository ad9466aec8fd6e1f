package io.rqorchestrator.process;

import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.WorkerHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A worker that a fork server was asked for. Until it is there, signals for it are kept. */
final class ForkedWorker implements WorkerHandle {

  /** Takes back what the fork server was asked for, if it can. */
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
   * @param scheduler whether it is to run RQ's scheduler
   */
  record Identity(String rqName, Role role, String token, boolean scheduler) {}

  private final Identity identity;
  private final Withdrawal withdrawal;
  private long pid;
  private @Nullable WorkerProcess process;
  private boolean terminated;
  private boolean cold;
  private boolean killed;

  ForkedWorker(Identity identity, Withdrawal withdrawal) {
    this.identity = identity;
    this.withdrawal = withdrawal;
  }

  /**
   * It has a process.
   *
   * @param handle empty if it has ended already
   */
  synchronized void forked(long newPid, Optional<ProcessHandle> handle) {
    pid = newPid;
    process = handle.map(alive -> new WorkerProcess(alive, rqName(), token(), true)).orElse(null);
    if (process != null && killed) {
      process.kill();
    } else if (process != null && cold) {
      process.stopCold();
    } else if (process != null && terminated) {
      process.terminate();
    }
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
    return true;
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
