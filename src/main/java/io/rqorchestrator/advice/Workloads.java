package io.rqorchestrator.advice;

import io.rqorchestrator.simulation.Job;
import io.rqorchestrator.simulation.PoolWeight;
import io.rqorchestrator.simulation.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The jobs that a command simulates, and the workers that do them.
 *
 * @param queues each queue's jobs, in priority order
 * @param startDelay from the spawn of a worker until it takes jobs
 * @param workerMemory bytes that one worker takes; empty if that is not known
 * @param daemonMemory bytes that the daemon takes, with its fork server
 * @param remarks what the user should know of the files that the jobs come from
 */
public record Workloads(
    List<Workload> queues,
    Duration startDelay,
    OptionalLong workerMemory,
    long daemonMemory,
    List<String> remarks) {

  /** Keeps copies. */
  public Workloads {
    queues = List.copyOf(queues);
    remarks = List.copyOf(remarks);
  }

  /** The same jobs for workers that take this long to start. */
  public Workloads withStartDelay(Duration delay) {
    return new Workloads(queues, delay, workerMemory, daemonMemory, remarks);
  }

  /** The same jobs for workers that take so many bytes. */
  public Workloads withWorkerMemory(long bytes) {
    return new Workloads(queues, startDelay, OptionalLong.of(bytes), daemonMemory, remarks);
  }

  /** The same jobs for a daemon that takes so many bytes. */
  public Workloads withDaemonMemory(long bytes) {
    return new Workloads(queues, startDelay, workerMemory, bytes, remarks);
  }

  /** The memory that a pool takes for these jobs; empty if that is not known. */
  public Optional<PoolWeight> weight() {
    return workerMemory.isPresent()
        ? Optional.of(new PoolWeight(workerMemory.getAsLong(), daemonMemory))
        : Optional.empty();
  }

  /** The number of jobs. */
  int count() {
    return queues.stream().mapToInt(queue -> queue.jobs().size()).sum();
  }

  /** The time within which all jobs arrive. */
  Duration span() {
    return queues.stream().map(Workload::span).max(Duration::compareTo).orElse(Duration.ZERO);
  }

  /** Mean number of workers that the jobs would keep busy if none had to wait, in erlang. */
  double load() {
    return span().isZero() ? 0 : work().toNanos() / (double) span().toNanos();
  }

  /** The time that one worker would need for all jobs. */
  Duration work() {
    return queues.stream().map(Workload::work).reduce(Duration.ZERO, Duration::plus);
  }

  /** The duration of the longest job. */
  Duration longest() {
    return queues.stream()
        .flatMap(queue -> queue.jobs().stream())
        .map(Job::length)
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }
}
