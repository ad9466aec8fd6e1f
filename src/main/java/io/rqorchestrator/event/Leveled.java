package io.rqorchestrator.event;

/** What has a level: a change, unless the record says otherwise. */
interface Leveled {

  /** How much attention it needs. */
  default Event.Level level() {
    return Event.Level.CHANGE;
  }
}
