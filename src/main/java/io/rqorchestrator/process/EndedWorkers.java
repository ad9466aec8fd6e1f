package io.rqorchestrator.process;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Workers of the pool that have ended, for as long as something may be left of them. */
final class EndedWorkers {

  private final Map<Long, String> names = new ConcurrentHashMap<>();

  /**
   * One has ended.
   *
   * @param rqName RQ's name of it, or an empty string if that is not known
   */
  void add(long pid, String rqName) {
    names.put(pid, rqName);
  }

  /** RQ's names of all of them, by pid. */
  Map<Long, String> names() {
    return Map.copyOf(names);
  }

  /** Nothing is left of these. */
  void forget(Set<Long> pids) {
    names.keySet().removeAll(pids);
  }
}
