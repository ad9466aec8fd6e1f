package io.rqorchestrator.control;

/**
 * Lines that were dropped because nobody took them in time, since the daemon began.
 *
 * @param log lines of the log
 * @param history lines of the history file
 * @param isFlowing whether all lines are taken again, as far as is known
 */
public record DroppedLines(long log, long history, boolean isFlowing) {

  /** None. */
  public static final DroppedLines NONE = new DroppedLines(0, 0, true);
}
