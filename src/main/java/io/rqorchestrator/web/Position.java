package io.rqorchestrator.web;

import io.rqorchestrator.control.EventHistory;
import io.rqorchestrator.control.HistoryEntry;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A position in the history of one run of the daemon, as the id of a server-sent event. Sequences
 * start again with each run.
 *
 * @param life when that run began, in milliseconds since 1970; 0 for the current run
 * @param sequence the greatest sequence seen; that of {@link #NOW} if all entries were seen
 */
record Position(long life, long sequence) {

  /** The end of the current history. */
  static final Position NOW = new Position(0, Long.MAX_VALUE);

  private static final Pattern FORMAT = Pattern.compile("(\\d{1,18})-(\\d{1,18})");

  /** Reads an id; an invalid one means {@link #NOW}. */
  static Position parse(String id) {
    Matcher matcher = FORMAT.matcher(id);
    return matcher.matches()
        ? new Position(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)))
        : NOW;
  }

  /**
   * The sequence after which a client at this position needs entries; 0 if the position is of
   * another run.
   */
  long in(Instant startedAt, EventHistory history) {
    if (life != 0 && life != startedAt.toEpochMilli()) {
      return 0;
    }
    List<HistoryEntry> newest = history.newest(1);
    return newest.isEmpty() ? 0 : Math.min(sequence, newest.get(0).sequence());
  }

  @Override
  public String toString() {
    return life + "-" + sequence;
  }
}
