package io.rqorchestrator.event;

import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.text.CountText;
import io.rqorchestrator.text.SizeText;
import io.rqorchestrator.wire.WireName;

/** The memory of the pool and of its workers. */
public sealed interface MemoryEvent extends Event {

  /** A new worker's memory is above the limit already, so that a replacement would not help. */
  @WireName("memory_limit_too_low")
  record MemoryLimitTooLow(
      @WireName("worker") WorkerId worker,
      @WireName("bytes") long bytes,
      @WireName("limit") long limit)
      implements MemoryEvent, Warning {
    @Override
    public String describe() {
      return "--max-worker-memory (%s) is below what a new worker takes (%s: %s): raise it"
          .formatted(SizeText.of(limit), worker, SizeText.of(bytes));
    }
  }

  /**
   * How much memory the pool takes, as PSS in bytes.
   *
   * @param total the sum
   * @param daemon the daemon's part
   * @param forkServers the fork servers' part, 0 if there is none
   * @param live workers
   * @param least what the smallest worker takes, with its horse
   * @param most what the largest worker takes
   */
  @WireName("memory_taken")
  record MemoryTaken(
      @WireName("total") long total,
      @WireName("daemon") long daemon,
      @WireName("fork_servers") long forkServers,
      @WireName("live") int live,
      @WireName("least") long least,
      @WireName("most") long most)
      implements MemoryEvent {
    @Override
    public String describe() {
      String servers = forkServers == 0 ? "" : ", fork server " + SizeText.of(forkServers);
      return "memory %s: daemon %s%s, %s of %s..%s"
          .formatted(
              SizeText.of(total),
              SizeText.of(daemon),
              servers,
              CountText.workers(live),
              SizeText.of(least),
              SizeText.of(most));
    }
  }
}
