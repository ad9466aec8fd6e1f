package io.rqorchestrator.event;

import io.rqorchestrator.wire.WireName;

/** How a worker's end counts. */
public enum Ending {
  /** It was asked to go. */
  @WireName("asked")
  ASKED("as asked"),
  /** It went of its own accord, its work done: {@code --max-jobs}, {@code --max-idle-time}. */
  @WireName("finished")
  FINISHED("finished"),
  /** It went while Redis was away or RQ suspended: stock behaviour of RQ, nobody's fault. */
  @WireName("without_redis")
  WITHOUT_REDIS("while Redis was away or RQ suspended"),
  /** Nobody asked for it. */
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
