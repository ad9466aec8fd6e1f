package io.rqorchestrator.simulation;

import io.rqorchestrator.pool.Footprint;
import io.rqorchestrator.pool.Orphan;
import io.rqorchestrator.pool.Overhead;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.Survivor;
import io.rqorchestrator.pool.WorkerHandle;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.pool.WorkerProcesses;
import io.rqorchestrator.supervisor.Message;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A host without failures and without processes of an earlier daemon. */
final class SimulatedProcesses implements WorkerProcesses {

  private final VirtualTime time;
  private final VirtualInbox inbox;
  private final SimulatedRq rq;
  private final Tally tally;
  private final WorkerTimes times;
  private final Optional<PoolWeight> weight;

  SimulatedProcesses(
      VirtualTime time, VirtualInbox inbox, SimulatedRq rq, Tally tally, SimulatedPool pool) {
    this.time = time;
    this.inbox = inbox;
    this.rq = rq;
    this.tally = tally;
    this.times = pool.times();
    this.weight = pool.weight();
  }

  @Override
  public WorkerHandle launch(WorkerId id, Role role, boolean withScheduler) {
    tally.spawned(time.nanos());
    return new SimulatedWorker(id, this, time, rq, tally, times);
  }

  /** A worker's process has ended. */
  void ended(WorkerId id, int exitCode) {
    tally.gone(time.nanos());
    inbox.post(new Message.WorkerExited(id, exitCode));
  }

  @Override
  public List<Survivor> survivors() {
    return List.of();
  }

  @Override
  public List<Survivor> recordedDead() {
    return List.of();
  }

  @Override
  public WorkerHandle adopt(WorkerId id, Survivor survivor) {
    throw new IllegalStateException("there are no survivors");
  }

  @Override
  public Optional<String> changed(Survivor survivor, Optional<Boolean> scheduler) {
    throw new IllegalStateException("there are no survivors");
  }

  @Override
  public Optional<List<Orphan>> orphans(Set<Long> workers) {
    return Optional.of(List.of());
  }

  @Override
  public void end(Orphan orphan, boolean kill) {
    throw new IllegalStateException("there are no orphans");
  }

  @Override
  public Optional<Footprint> memory(long pid) {
    return weight.map(bytes -> new Footprint(bytes.worker(), bytes.worker()));
  }

  @Override
  public Optional<Overhead> overhead() {
    return weight.map(bytes -> new Overhead(bytes.overhead(), 0));
  }

  @Override
  public OptionalLong available() {
    return OptionalLong.empty();
  }
}
