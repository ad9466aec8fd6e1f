package io.rqorchestrator.control;

/**
 * Lines that were dropped since the daemon began because they could not be written in time.
 *
 * @param log lines of the log
 * @param history lines of the history file
 * @param isFlowing whether lines are being written without loss now, as far as is known
 */
public record DroppedLines(long log, long history, boolean isFlowing) {

  /** None. */
  public static final DroppedLines NONE = new DroppedLines(0, 0, true);
}
