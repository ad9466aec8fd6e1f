package io.rqorchestrator.pool;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The port to the processes of the pool on this host, beyond those spawned by this daemon. */
public interface WorkerProcesses extends WorkerLauncher, MemoryGauge {

  /**
   * Whether it is known by now which workers an earlier daemon of this pool left behind. It is
   * found out from the first time on that this is asked.
   */
  default boolean knowsSurvivors() {
    return true;
  }

  /**
   * Workers that an earlier daemon of this pool left behind and that still live: those it recorded,
   * and those that carry the pool's mark. To be asked once they are known.
   */
  List<Survivor> survivors();

  /** Workers that an earlier daemon recorded and that have died since. */
  List<Survivor> casualties();

  /**
   * Takes over a survivor; its exit is told like any other's.
   *
   * @return the handle, even if it has just died
   */
  WorkerHandle adopt(WorkerId id, Survivor survivor);

  /**
   * What a worker that is started now would do otherwise than a survivor, in one line; empty if
   * nothing.
   *
   * @param scheduler whether it is to run RQ's scheduler; empty if it may, and need not
   */
  Optional<String> changed(Survivor survivor, Optional<Boolean> scheduler);

  /**
   * Processes that carry the pool's mark and descend from none of its workers. They are looked for
   * when this is asked; each answer is given once.
   *
   * @param workers pids of the pool's workers
   * @return what was found when this was asked before; empty if that is not known yet
   */
  Optional<List<Orphan>> orphans(Set<Long> workers);

  /**
   * Ends a orphan; does nothing if its pid is another process's by now.
   *
   * @param kill whether by SIGKILL instead of SIGTERM
   */
  void end(Orphan orphan, boolean kill);
}
