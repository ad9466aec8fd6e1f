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
final class ProcessMemory implements MemoryGauge {

  private final Supplier<List<Long>> forkServers;
  private final Executor looks;
  private final Map<Long, Inquiry<Optional<Footprint>>> readings = new HashMap<>();
  private final Inquiry<Optional<Overhead>> overheads;
  private final Inquiry<OptionalLong> reserves;
  private Optional<Overhead> overhead = Optional.empty();
  private OptionalLong available = OptionalLong.empty();

  /**
   * @param forkServers pids of the fork servers
   * @param looks reads
   */
  ProcessMemory(Supplier<List<Long>> forkServers, Executor looks) {
    this.forkServers = forkServers;
    this.looks = looks;
    this.overheads = new Inquiry<>(looks);
    this.reserves = new Inquiry<>(looks);
    reserves.ask(ProcessMemory::readAvailable);
  }

  @Override
  public void beginReading(Set<Long> pids) {
    readings.values().removeIf(Inquiry::isAnswered); // of workers that have ended
    for (long pid : pids) {
      readings.computeIfAbsent(pid, unknown -> new Inquiry<>(looks)).ask(() -> readMemory(pid));
    }
  }

  @Override
  public boolean hasReading(long pid) {
    Inquiry<Optional<Footprint>> reading = readings.get(pid);
    return reading != null && reading.isAnswered();
  }

  @Override
  public Optional<Footprint> memory(long pid) {
    Inquiry<Optional<Footprint>> reading = hasReading(pid) ? readings.remove(pid) : null;
    return reading == null ? Optional.empty() : reading.take().flatMap(found -> found);
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
    reserves.ask(ProcessMemory::readAvailable);
    return available;
  }

  private static OptionalLong readAvailable() {
    return HostMemory.ofThisProcess().available();
  }
}
