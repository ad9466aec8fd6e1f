package io.rqorchestrator.process;

import io.rqorchestrator.pool.Footprint;
import io.rqorchestrator.pool.MemoryGauge;
import io.rqorchestrator.pool.Overhead;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Measures memory on a separate thread, because a measurement visits all pages of a process and
 * hangs if the process hangs in the kernel. Only one thread may ask.
 */
final class ProcessScales implements MemoryGauge {

  private final Supplier<List<Long>> forkServers;
  private final Executor looks;
  private final Map<Long, Inquiry<Optional<Footprint>>> weighings = new HashMap<>();
  private final Inquiry<Optional<Overhead>> overheads;
  private final Inquiry<OptionalLong> reserves;
  private Optional<Overhead> overhead = Optional.empty();
  private OptionalLong available = OptionalLong.empty();

  /**
   * @param forkServers pids of the fork servers
   * @param looks reads
   */
  ProcessScales(Supplier<List<Long>> forkServers, Executor looks) {
    this.forkServers = forkServers;
    this.looks = looks;
    this.overheads = new Inquiry<>(looks);
    this.reserves = new Inquiry<>(looks);
    reserves.ask(ProcessScales::readAvailable);
  }

  @Override
  public void weigh(Set<Long> pids) {
    weighings.values().removeIf(Inquiry::isAnswered); // of workers that have ended
    for (long pid : pids) {
      weighings.computeIfAbsent(pid, unknown -> new Inquiry<>(looks)).ask(() -> readMemory(pid));
    }
  }

  @Override
  public boolean isWeighed(long pid) {
    Inquiry<Optional<Footprint>> weighing = weighings.get(pid);
    return weighing != null && weighing.isAnswered();
  }

  @Override
  public Optional<Footprint> memory(long pid) {
    Inquiry<Optional<Footprint>> weighing = isWeighed(pid) ? weighings.remove(pid) : null;
    return weighing == null ? Optional.empty() : weighing.take().flatMap(found -> found);
  }

  private static Optional<Footprint> readMemory(long pid) {
    return ProcessTable.footprint(pid)
        .map(
            worker ->
                ProcessTable.descendants(pid).stream()
                    .flatMap(child -> ProcessTable.footprint(child).stream())
                    .reduce(worker, Footprint::plus));
  }

  @Override
  public Optional<Overhead> overhead() {
    overheads.take().ifPresent(newest -> overhead = newest);
    overheads.ask(this::readOverhead);
    return overhead;
  }

  private Optional<Overhead> readOverhead() {
    long servers =
        forkServers.get().stream()
            .flatMap(pid -> ProcessTable.footprint(pid).stream())
            .mapToLong(Footprint::bytes)
            .sum();
    return ProcessTable.footprint(ProcessHandle.current().pid())
        .map(daemon -> new Overhead(daemon.bytes(), servers));
  }

  @Override
  public OptionalLong available() {
    reserves.take().ifPresent(newest -> available = newest);
    reserves.ask(ProcessScales::readAvailable);
    return available;
  }

  private static OptionalLong readAvailable() {
    return HostMemory.ofThisProcess().available();
  }
}
