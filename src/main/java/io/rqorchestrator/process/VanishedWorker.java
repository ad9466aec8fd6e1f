package io.rqorchestrator.process;

import io.rqorchestrator.pool.Survivor;
import io.rqorchestrator.pool.WorkerHandle;

/** A survivor that died after it was found and before it was adopted. */
record VanishedWorker(Survivor survivor) implements WorkerHandle {

  @Override
  public long pid() {
    return survivor.pid();
  }

  @Override
  public String rqName() {
    return survivor.rqName();
  }

  @Override
  public String token() {
    return survivor.token();
  }

  @Override
  public boolean lossFree() {
    return survivor.lossFree();
  }

  @Override
  public boolean owns(long pid) {
    return false;
  }

  @Override
  public void terminate() {}

  @Override
  public void stopCold() {}

  @Override
  public void resume() {}

  @Override
  public void kill() {}
}
