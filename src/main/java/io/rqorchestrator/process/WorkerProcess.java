package io.rqorchestrator.process;

import io.rqorchestrator.pool.WorkerHandle;

/** A worker process, started by this daemon or adopted from an earlier one. */
final class WorkerProcess implements WorkerHandle {

  private final ProcessHandle process;
  private final String rqName;
  private final String token;
  private final boolean lossFree;

  WorkerProcess(ProcessHandle process, String rqName, String token, boolean lossFree) {
    this.process = process;
    this.rqName = rqName;
    this.token = token;
    this.lossFree = lossFree;
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public String rqName() {
    return rqName;
  }

  @Override
  public String token() {
    return token;
  }

  @Override
  public boolean lossFree() {
    return lossFree;
  }

  @Override
  public boolean owns(long pid) {
    return pid == process.pid() || process.descendants().anyMatch(child -> child.pid() == pid);
  }

  /**
   * {@code ProcessHandle} compares the start time, too, so a process that re-uses the pid gets no
   * signal.
   */
  @Override
  public void terminate() {
    process.destroy();
  }

  @Override
  public void stopCold() {
    if (lossFree) {
      ProcessSignal.QUIT.send(process);
    } else {
      process.destroy();
    }
  }

  @Override
  public void resume() {
    ProcessSignal.CONT.send(process);
  }

  @Override
  public void kill() {
    ProcessSignal.soon(() -> ProcessTree.kill(process)); // this reads the children first
  }
}
