package io.rqorchestrator.event;

import io.rqorchestrator.scaling.Aim;
import io.rqorchestrator.time.DurationText;
import io.rqorchestrator.wire.WireName;
import java.time.Duration;
import java.util.List;

/** The pool as a whole: its start and its end, its health, and others that serve its queues. */
public sealed interface PoolEvent extends Event {

  /** The daemon has started. */
  @WireName("pool_started")
  record PoolStarted(
      @WireName("name") String name,
      @WireName("id") String id,
      @WireName("min") int min,
      @WireName("max") int max,
      @WireName("aim") Aim aim,
      @WireName("window") Duration window,
      @WireName("queues") List<String> queues,
      @WireName("redis") String redis)
      implements PoolEvent {
    /** Keeps a copy. */
    public PoolStarted {
      queues = List.copyOf(queues);
    }

    @Override
    public String describe() {
      return "pool %s (%s): %d..%d workers for %s on %s"
          .formatted(name, id, min, max, String.join(", ", queues), redis);
    }
  }

  /** Workers fail repeatedly, or the pool cannot reach the state that its settings describe. */
  @WireName("degraded")
  record Degraded(@WireName("problem") String problem) implements PoolEvent, Warning {
    @Override
    public String describe() {
      return "degraded: " + problem;
    }
  }

  /** The pool is no longer degraded. */
  @WireName("recovered")
  record Recovered(@WireName("after") Duration after) implements PoolEvent {
    @Override
    public String describe() {
      return "recovered after " + DurationText.of(after);
    }
  }

  /** Workers of others take jobs from the pool's queues. Reported once per host. */
  @WireName("foreign_workers_seen")
  record ForeignWorkersSeen(@WireName("host") String host, @WireName("names") List<String> names)
      implements PoolEvent, Warning {
    /** Keeps a copy. */
    public ForeignWorkersSeen {
      names = List.copyOf(names);
    }

    @Override
    public String describe() {
      String some = String.join(", ", names.subList(0, Math.min(3, names.size())));
      return "foreign workers on %s take jobs from these queues, not counted and not touched: %s%s"
          .formatted(
              host.isEmpty() ? "an unknown host" : host, some, names.size() > 3 ? ", ..." : "");
    }
  }

  /** Another pool of rq-orchestrator takes jobs from the queues. Reported once per pool. */
  @WireName("other_pool_seen")
  record OtherPoolSeen(@WireName("pool") String pool, @WireName("host") String host)
      implements PoolEvent {
    @Override
    public String describe() {
      return "pool %s on %s takes jobs from these queues, too: a backlog is shared with its workers"
          .formatted(pool, host.isEmpty() ? "an unknown host" : host);
    }
  }

  /** A worker's stop is not loss-free. */
  @WireName("unguarded")
  record Unguarded(@WireName("why") String why) implements PoolEvent, Warning {
    @Override
    public String describe() {
      return "a stop may lose a job: " + why;
    }
  }

  /** The last worker has ended, and the daemon ends. */
  @WireName("pool_stopped")
  record PoolStopped(@WireName("exit_code") int exitCode) implements PoolEvent {
    @Override
    public String describe() {
      return exitCode == 0 ? "stopped" : "stopped, exit code " + exitCode;
    }
  }
}
