package io.rqorchestrator.process;

import io.rqorchestrator.pool.Orphan;
import io.rqorchestrator.process.ProcessTable.ProcessEntry;
import java.util.List;
import java.util.Optional;

/**
 * A worker and what it has forked, or a horse and what belongs to its job: those processes that
 * must not outlive it. What a job has put into a session or a group of its own was meant to outlive
 * the job, and does. RQ kills a horse in the same way.
 */
final class ProcessTree {

  /** A process that is being killed may have forked another one meanwhile. */
  private static final int ATTEMPTS = 3;

  private ProcessTree() {}

  /**
   * Kills a worker with its horse and its scheduler. Where nothing is marked, because the worker is
   * not in the worker host, all that descends from it is taken for these.
   */
  static void kill(ProcessHandle worker) {
    if (ForkMark.of(worker.pid()).isEmpty()) {
      List<ProcessHandle> descendants = worker.descendants().toList();
      worker.destroyForcibly();
      descendants.forEach(ProcessHandle::destroyForcibly);
      return;
    }
    List<ProcessHandle> children = worker.children().toList();
    worker.destroyForcibly();
    for (ProcessHandle child : children) {
      Optional<Orphan.Kind> kind =
          ForkMark.of(child.pid()).flatMap(mark -> mark.kindOf(child.pid()));
      if (kind.equals(Optional.of(Orphan.Kind.SCHEDULER))) {
        child.destroyForcibly();
      } else if (kind.isPresent() || PoolProcessScan.isSpawnedHorse(child.pid())) {
        killHorse(child);
      }
    }
  }

  /** Kills a horse with its process group: with what its job has started beside itself. */
  static void killHorse(ProcessHandle horse) {
    horse.destroyForcibly();
    for (int i = 0; i < ATTEMPTS; i++) {
      List<ProcessEntry> group = ProcessTable.group(horse.pid());
      if (group.isEmpty()) {
        return;
      }
      group.stream()
          .flatMap(entry -> ProcessHandle.of(entry.pid()).stream())
          .forEach(ProcessHandle::destroyForcibly);
    }
  }
}
