package io.rqorchestrator.event;

/** How a worker's end counts. */
public enum Ending {
  /** It was asked to go. */
  ASKED("as asked"),
  /** It went of its own accord, its work done: {@code --max-jobs}, {@code --max-idle-time}. */
  FINISHED("finished"),
  /** It went while Redis was away or RQ suspended: stock behaviour of RQ, nobody's fault. */
  WITHOUT_REDIS("while Redis was away or RQ suspended"),
  /** Nobody asked for it. */
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
