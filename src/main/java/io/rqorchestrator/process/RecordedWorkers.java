package io.rqorchestrator.process;

import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.Survivor;
import io.rqorchestrator.process.PoolStateFile.Recorded;
import io.rqorchestrator.process.ProcessTable.ProcessEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/** The workers in the state file. */
final class RecordedWorkers {

  private final PoolStateFile file;
  private final List<Survivor> recordedDead = new ArrayList<>();

  /**
   * @param writer writes the file
   */
  RecordedWorkers(Path directory, String poolId, Executor writer) {
    this.file = new PoolStateFile(directory, poolId, writer);
  }

  /**
   * A worker has its process.
   *
   * @param start when the process began, as {@link ProcessEntry#start}
   */
  void add(Survivor worker, long start) {
    file.add(Recorded.of(worker, start));
  }

  /** A worker was asked to go. */
  void endRequested(long pid, DrainReason reason) {
    file.endRequested(pid, reason);
  }

  /** A worker has ended. */
  void remove(long pid) {
    file.remove(pid);
  }

  /** Pids of all that are recorded. */
  Set<Long> pids() {
    return file.pids();
  }

  /**
   * Workers of an earlier daemon that are alive. A process that re-uses the pid has another start
   * time.
   */
  List<Survivor> survivors() {
    List<Survivor> alive = new ArrayList<>();
    for (Recorded worker : file.read()) {
      if (ProcessTable.find(worker.pid())
          .filter(process -> process.start() == worker.start())
          .isPresent()) {
        alive.add(worker.survivor());
      } else {
        remove(worker.pid());
        recordedDead.add(worker.survivor());
      }
    }
    return alive;
  }

  /** Workers that {@link #survivors} found dead. */
  List<Survivor> recordedDead() {
    return List.copyOf(recordedDead);
  }
}
