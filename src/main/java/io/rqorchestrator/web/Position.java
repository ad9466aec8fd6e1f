package io.rqorchestrator.web;

import io.rqorchestrator.control.EventHistory;
import io.rqorchestrator.control.HistoryEntry;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the history of one daemon's life, as the id of a server-sent event. Sequences begin
 * anew with each life.
 *
 * @param life when the daemon began, in milliseconds since 1970; 0 for the life at hand
 * @param sequence the greatest sequence seen; {@link #NOW} for all there are
 */
record Position(long life, long sequence) {

  /** The end of the history at hand. */
  static final Position NOW = new Position(0, Long.MAX_VALUE);

  private static final Pattern FORMAT = Pattern.compile("(\\d{1,18})-(\\d{1,18})");

  /** Reads an id; one that is none means {@link #NOW}. */
  static Position parse(String id) {
    Matcher matcher = FORMAT.matcher(id);
    return matcher.matches()
        ? new Position(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)))
        : NOW;
  }

  /** The sequence after which a history goes on from here; 0 if the daemon is another one. */
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
