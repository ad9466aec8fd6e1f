package io.rqorchestrator.event;

import io.rqorchestrator.wire.WireName;

/** How the end of a worker counts. */
public enum Ending {
  /** The pool had requested it. */
  @WireName("asked")
  ASKED("as requested"),
  /**
   * The worker ended by itself when its work was done: {@code --max-jobs}, {@code --max-idle-time}.
   */
  @WireName("finished")
  FINISHED("finished"),
  /** The worker ended while Redis was away or RQ was suspended, as any RQ worker does. */
  @WireName("without_redis")
  WITHOUT_REDIS("while Redis was away or RQ suspended"),
  /** The end was not requested. */
  @WireName("crashed")
  CRASHED("crashed");

  private final String text;

  Ending(String text) {
    this.text = text;
  }

  /** How it reads in a line. */
  public String text() {
    return text;
  }
}
