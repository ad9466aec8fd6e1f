package io.rqorchestrator.process;

import io.rqorchestrator.pool.Orphan;
import io.rqorchestrator.pool.Survivor;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Processes that earlier daemons and dead workers have left. A search reads all of {@code /proc},
 * and hangs if a process hangs in the kernel, so a separate thread searches. Only one thread may
 * ask.
 */
final class ProcessSearch {

  /** Workers of an earlier daemon. */
  private record Former(List<Survivor> alive, List<Survivor> dead) {}

  private final RecordedWorkers recorded;
  private final PoolProcessScan scan;
  private final Supplier<List<Long>> forkServers;
  private final Runnable found;
  private final Inquiry<Former> former;
  private final Inquiry<List<Orphan>> orphans;
  private Optional<Former> known = Optional.empty();

  /**
   * @param forkServers pids of our fork servers
   * @param looks searches
   * @param found is run by another thread when a search is done
   */
  ProcessSearch(
      RecordedWorkers recorded,
      PoolProcessScan scan,
      Supplier<List<Long>> forkServers,
      Executor looks,
      Runnable found) {
    this.recorded = recorded;
    this.scan = scan;
    this.forkServers = forkServers;
    this.found = found;
    this.former = new Inquiry<>(looks);
    this.orphans = new Inquiry<>(looks);
  }

  /** Whether it is known which workers an earlier daemon has left. If not, a search is started. */
  boolean isKnown() {
    if (known.isEmpty()) {
      former.ask(this::find, found);
      known = former.take();
    }
    return known.isPresent();
  }

  private Former find() {
    Map<Long, Survivor> alive = new TreeMap<>();
    recorded.survivors().forEach(worker -> alive.put(worker.pid(), worker));
    endFormerForkServers();
    // The state file may be lost, or the daemon may have died before it wrote the file.
    scan.workers().forEach(worker -> alive.putIfAbsent(worker.pid(), worker));
    return new Former(List.copyOf(alive.values()), recorded.recordedDead());
  }

  /**
   * A fork server that hangs does not notice that its daemon is dead, and does not reap its
   * workers.
   */
  private void endFormerForkServers() {
    List<Long> ours = forkServers.get();
    scan.forkServers().stream()
        .filter(pid -> !ours.contains(pid))
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .forEach(ProcessHandle::destroyForcibly);
  }

  /** Workers of an earlier daemon that are alive. */
  List<Survivor> survivors() {
    return known.map(Former::alive).orElse(List.of());
  }

  /** Workers of an earlier daemon that have died. */
  List<Survivor> recordedDead() {
    return known.map(Former::dead).orElse(List.of());
  }

  /**
   * The orphans that an earlier call has searched; empty if that search is not done.
   *
   * @param workers pids of the pool's workers
   */
  Optional<List<Orphan>> orphans(Set<Long> workers) {
    Set<Long> asked = Set.copyOf(workers);
    orphans.ask(
        () -> {
          Set<Long> ours = new HashSet<>(asked);
          ours.addAll(recorded.pids()); // a worker may have been started meanwhile
          ours.addAll(forkServers.get());
          return scan.orphans(ours);
        },
        found);
    return orphans.take();
  }

  /** Ends an orphan. Does nothing if another process has its pid by now. */
  void end(Orphan orphan, boolean kill) {
    ProcessSignal.soon(() -> endNow(orphan, kill));
  }

  private static void endNow(Orphan orphan, boolean kill) {
    if (ProcessTable.find(orphan.pid()).filter(e -> e.start() == orphan.start()).isEmpty()) {
      return;
    }
    ProcessHandle.of(orphan.pid())
        .ifPresent(
            process -> {
              if (kill) {
                ProcessTree.killHorse(process);
              } else {
                process.destroy();
              }
            });
  }
}
