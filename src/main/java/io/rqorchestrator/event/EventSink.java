package io.rqorchestrator.event;

import io.rqorchestrator.time.Tick;

/** Takes the events of a pool in the order in which they happen. */
@FunctionalInterface
public interface EventSink {

  /**
   * Takes an event. Must not throw and must not block.
   *
   * @param at when it happened
   */
  void accept(Tick at, Event event);

  /** A sink that hands every event to each of {@code sinks}. */
  static EventSink all(EventSink... sinks) {
    return (at, event) -> {
      for (EventSink sink : sinks) {
        sink.accept(at, event);
      }
    };
  }
}
