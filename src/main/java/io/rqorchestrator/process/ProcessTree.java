package io.rqorchestrator.process;

import java.util.List;

/** A process and all that descends from it. */
final class ProcessTree {

  private ProcessTree() {}

  /** Kills it. A horse is in a process group of its own, so the tree is walked, while it stands. */
  static void kill(ProcessHandle process) {
    List<ProcessHandle> descendants = process.descendants().toList();
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
  }
}
