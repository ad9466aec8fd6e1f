package io.rqorchestrator.process;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Pids of workers that have ended, for as long as something may be left in their sessions. */
final class EndedWorkers {

  private final Set<Long> pids = ConcurrentHashMap.newKeySet();

  /** One has ended. */
  void add(long pid) {
    pids.add(pid);
  }

  /** All of them. */
  Set<Long> pids() {
    return Set.copyOf(pids);
  }

  /** Nothing is left of these. */
  void forget(Set<Long> gone) {
    pids.removeAll(gone);
  }
}
