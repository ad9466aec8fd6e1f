package io.rqorchestrator.process;

import io.rqorchestrator.pool.Stray;
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
 * What earlier daemons and dead workers have left behind. A search walks all of {@code /proc}, and
 * hangs with a process that hangs in the kernel, so a thread of its own makes it. One thread asks.
 */
final class LeftBehind {

  /** Workers of an earlier daemon. */
  private record Former(List<Survivor> alive, List<Survivor> dead) {}

  private final RecordedWorkers recorded;
  private final PoolKin kin;
  private final Supplier<List<Long>> forkServers;
  private final Runnable found;
  private final Inquiry<Former> former;
  private final Inquiry<List<Stray>> strays;
  private Optional<Former> known = Optional.empty();

  /**
   * @param forkServers pids of our fork servers
   * @param looks searches
   * @param found is run by another thread when something was looked for
   */
  LeftBehind(
      RecordedWorkers recorded,
      PoolKin kin,
      Supplier<List<Long>> forkServers,
      Executor looks,
      Runnable found) {
    this.recorded = recorded;
    this.kin = kin;
    this.forkServers = forkServers;
    this.found = found;
    this.former = new Inquiry<>(looks);
    this.strays = new Inquiry<>(looks);
  }

  /** Whether it is known which workers an earlier daemon has left. If not, it is found out. */
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
    // The record may be lost, or the daemon died before it wrote it.
    kin.workers().forEach(worker -> alive.putIfAbsent(worker.pid(), worker));
    return new Former(List.copyOf(alive.values()), recorded.casualties());
  }

  /**
   * One that hangs has not noticed that its daemon is dead, and keeps ends of workers to itself.
   */
  private void endFormerForkServers() {
    List<Long> ours = forkServers.get();
    kin.forkServers().stream()
        .filter(pid -> !ours.contains(pid))
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .forEach(ProcessHandle::destroyForcibly);
  }

  /** Workers that live. */
  List<Survivor> survivors() {
    return known.map(Former::alive).orElse(List.of());
  }

  /** Workers that have died since. */
  List<Survivor> casualties() {
    return known.map(Former::dead).orElse(List.of());
  }

  /**
   * What dead workers have left, as of an earlier call; empty if that is not known yet.
   *
   * @param workers pids of the pool's workers
   */
  Optional<List<Stray>> strays(Set<Long> workers) {
    Set<Long> asked = Set.copyOf(workers);
    strays.ask(
        () -> {
          Set<Long> ours = new HashSet<>(asked);
          ours.addAll(recorded.pids()); // one may have been started since
          ours.addAll(forkServers.get());
          return kin.strays(ours);
        },
        found);
    return strays.take();
  }

  /** Ends a stray; does nothing if its pid is another process's by now. */
  void end(Stray stray, boolean kill) {
    ProcessSignal.soon(() -> endNow(stray, kill));
  }

  private static void endNow(Stray stray, boolean kill) {
    if (ProcessTable.find(stray.pid()).filter(e -> e.start() == stray.start()).isEmpty()) {
      return;
    }
    ProcessHandle.of(stray.pid())
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
