package io.rqorchestrator.pool;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The port to all processes of the pool on this host, including those that this daemon did not
 * spawn.
 */
public interface WorkerProcesses extends WorkerLauncher, MemoryGauge {

  /** Whether the survivors of an earlier daemon are known. The first call begins the search. */
  default boolean knowsSurvivors() {
    return true;
  }

  /**
   * Live workers that an earlier daemon of this pool started: those that it recorded and those that
   * carry the pool's mark. To be called once {@link #knowsSurvivors} is true.
   */
  List<Survivor> survivors();

  /** Workers that an earlier daemon recorded and that have died since. */
  List<Survivor> recordedDead();

  /**
   * Takes over a survivor. Its exit is reported like that of any other worker.
   *
   * @return the handle, even if the survivor has just died
   */
  WorkerHandle adopt(WorkerId id, Survivor survivor);

  /**
   * The options that differ between a survivor and a worker started now, in one line; empty if
   * none.
   *
   * @param scheduler whether the survivor has to run RQ's scheduler; empty if both are right
   */
  Optional<String> changed(Survivor survivor, Optional<Boolean> scheduler);

  /**
   * Processes that carry the pool's mark and descend from none of its workers. A call begins a
   * search; the result of a search is returned once.
   *
   * @param workers pids of the pool's workers
   * @return the result of the previous search; empty if there is none yet
   */
  Optional<List<Orphan>> orphans(Set<Long> workers);

  /**
   * Ends an orphan. Does nothing if its pid belongs to another process by now.
   *
   * @param kill whether by SIGKILL instead of SIGTERM
   */
  void end(Orphan orphan, boolean kill);
}
