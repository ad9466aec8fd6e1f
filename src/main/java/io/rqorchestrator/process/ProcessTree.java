package io.rqorchestrator.process;

import io.rqorchestrator.pool.Orphan;
import io.rqorchestrator.process.ProcessTable.ProcessEntry;
import java.util.List;
import java.util.Optional;

/**
 * A worker with the processes that it has forked, or a horse with the processes of its job. These
 * must not outlive the worker or the horse. Processes that a job has put into a separate session or
 * group are meant to outlive the job, and are not killed. RQ kills a horse in the same way.
 */
final class ProcessTree {

  /** How often to search, because a process that is being killed may have forked another one. */
  private static final int ATTEMPTS = 3;

  private ProcessTree() {}

  /**
   * Kills a worker with its horse and its scheduler. Without marks, which only the worker host
   * writes, all its descendants are killed.
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

  /**
   * Kills a horse with its process group, which contains the processes that its job has started.
   */
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
