package io.rqorchestrator.web;

import io.rqorchestrator.control.EventHistory;
import io.rqorchestrator.control.HistoryEntry;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.StatusBoard;
import io.rqorchestrator.json.PoolJson;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The live stream to one client, in the format of server-sent events: each new status as {@code
 * status}, each new or changed entry of the history as {@code history}.
 *
 * <p>Nothing is queued for a client. The stream reads the newest status and the history at the
 * client's pace, so a slow client skips statuses and costs no memory.
 */
final class EventStream {

  /** Calls without news after which a comment is sent, to detect a dead client. */
  private static final int QUIET_TURNS = 30;

  private final StatusBoard board;
  private final StatusText text;
  private final EventHistory history;
  private final Position start;
  private final OutputStream out;
  private @Nullable PoolStatus sent;
  private long seen;
  private int quiet;

  /**
   * @param start the position after which the client needs entries
   */
  EventStream(
      StatusBoard board, StatusText text, EventHistory history, Position start, OutputStream out) {
    this.board = board;
    this.text = text;
    this.history = history;
    this.start = start;
    this.out = out;
    this.seen = -1;
  }

  /** Sends all news. To be called a few times a second. */
  void sendNews() throws IOException {
    PoolStatus status = board.newest().orElse(null);
    boolean news = false;
    if (status != null) {
      if (seen < 0) {
        seen = start.in(status.pool().startedAt(), history);
      }
      for (HistoryEntry entry : history.after(seen)) {
        seen = entry.sequence();
        news = true;
        write(status, "history", utf8(PoolJson.text(PoolJson.of(entry))));
      }
      if (!status.equals(sent)) {
        sent = status;
        news = true;
        write(status, "status", text.of(status));
      }
    }
    quiet = news ? 0 : quiet + 1;
    if (quiet >= QUIET_TURNS) {
      quiet = 0;
      out.write(utf8(": still here\n\n"));
    }
    out.flush();
  }

  /**
   * Writes one event. Events are written one by one, because whole histories for many clients do
   * not fit into our small heap. Each event has the position as its id, so that a client that
   * reconnects can resume there.
   */
  private void write(PoolStatus status, String kind, byte[] json) throws IOException {
    Position position = new Position(status.pool().startedAt().toEpochMilli(), seen);
    out.write(utf8("id: " + position + "\nevent: " + kind + "\ndata: "));
    out.write(json);
    out.write(utf8("\n\n"));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
