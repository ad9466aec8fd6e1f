package io.rqorchestrator.event;

import io.rqorchestrator.wire.WireName;

/**
 * Something that happened to the pool. Log, history and status show the same text. The records are
 * grouped by subject, in the interfaces that extend this one.
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
