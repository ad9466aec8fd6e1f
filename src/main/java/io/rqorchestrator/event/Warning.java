package io.rqorchestrator.event;

/** An event that is always a change for the worse. */
interface Warning extends Leveled {

  @Override
  default Event.Level level() {
    return Event.Level.WARNING;
  }
}
