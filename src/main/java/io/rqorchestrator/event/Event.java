package io.rqorchestrator.event;

import io.rqorchestrator.wire.WireName;

/**
 * Something that happened to the pool. What it says is what log, history and status show. The
 * records are listed by subject, in the interfaces that extend this one.
 */
public sealed interface Event extends Leveled
    permits PoolEvent,
        ScalingEvent,
        WorkerEvent,
        JobEvent,
        OrphanEvent,
        RedisEvent,
        OperatorEvent,
        MemoryEvent,
        ForkServerEvent,
        DaemonEvent {

  /** How much attention an event needs. */
  enum Level {
    /** Every sample and every repeated decision. */
    @WireName("detail")
    DETAIL,
    /** A change. */
    @WireName("change")
    CHANGE,
    /** A change for the worse. */
    @WireName("warning")
    WARNING
  }

  /** The event in one line, with numbers and reason. */
  String describe();
}
