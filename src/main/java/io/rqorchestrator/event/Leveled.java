package io.rqorchestrator.event;

/** Has a level, which is a change unless the record overrides it. */
interface Leveled {

  /** How much attention it needs. */
  default Event.Level level() {
    return Event.Level.CHANGE;
  }
}
