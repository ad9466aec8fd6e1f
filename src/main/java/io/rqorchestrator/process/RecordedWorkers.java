package io.rqorchestrator.process;

import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.Survivor;
import io.rqorchestrator.process.PoolStateFile.Recorded;
import io.rqorchestrator.process.ProcessTable.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the state file says of the pool's workers. One that cannot be written is warned of, no more:
 * the pool goes on without it.
 */
final class RecordedWorkers {

  private static final Logger LOG = LoggerFactory.getLogger(RecordedWorkers.class);

  private final PoolStateFile file;
  private final List<Survivor> casualties = new ArrayList<>();

  RecordedWorkers(Path directory, String poolId) {
    this.file = new PoolStateFile(directory, poolId);
  }

  /**
   * A worker has its process.
   *
   * @param start when that began, as {@link Entry#start}
   */
  void add(Survivor worker, long start) {
    try {
      file.add(Recorded.of(worker, start));
    } catch (IOException e) {
      LOG.warn("state file cannot be written, a next daemon may not find all workers: {}", "" + e);
    }
  }

  /** A worker was asked to go. */
  void asking(long pid, DrainReason reason) {
    try {
      file.asking(pid, reason);
    } catch (IOException e) {
      LOG.warn("state file cannot be written, a next daemon may ask a worker twice: {}", "" + e);
    }
  }

  /** A worker is gone. */
  void remove(long pid) {
    try {
      file.remove(pid);
    } catch (IOException e) {
      LOG.warn("state file cannot be written: {}", "" + e);
    }
  }

  /** Pids of all that are recorded. */
  Set<Long> pids() {
    return file.pids();
  }

  /** Those an earlier daemon has left alive. A pid that was re-used has another start time. */
  List<Survivor> survivors() {
    List<Survivor> alive = new ArrayList<>();
    for (Recorded worker : file.read()) {
      if (ProcessTable.find(worker.pid())
          .filter(process -> process.start() == worker.start())
          .isPresent()) {
        alive.add(worker.survivor());
      } else {
        remove(worker.pid());
        casualties.add(worker.survivor());
      }
    }
    return alive;
  }

  /** Those that {@link #survivors} found dead. */
  List<Survivor> casualties() {
    return List.copyOf(casualties);
  }
}
