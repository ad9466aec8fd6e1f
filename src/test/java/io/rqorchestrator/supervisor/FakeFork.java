package io.rqorchestrator.supervisor;

import io.rqorchestrator.pool.WorkerHandle;

/** A worker requested of a fork server; it has no process until the server answers. */
final class FakeFork implements WorkerHandle {

  private final FakeWorker worker;
  private boolean begun;

  FakeFork(FakeWorker worker) {
    this.worker = worker;
  }

  FakeWorker worker() {
    return worker;
  }

  /** The worker gets its process. */
  FakeWorker begins() {
    begun = true;
    return worker;
  }

  @Override
  public long pid() {
    return begun ? worker.pid() : 0;
  }

  @Override
  public String rqName() {
    return worker.rqName();
  }

  @Override
  public String token() {
    return worker.token();
  }

  @Override
  public boolean lossFree() {
    return worker.lossFree();
  }

  @Override
  public boolean owns(long pid) {
    return begun && worker.owns(pid);
  }

  @Override
  public void terminate() {
    worker.terminate();
  }

  @Override
  public void stopCold() {
    worker.stopCold();
  }

  @Override
  public void resume() {
    worker.resume();
  }

  @Override
  public void kill() {
    worker.kill();
  }
}
