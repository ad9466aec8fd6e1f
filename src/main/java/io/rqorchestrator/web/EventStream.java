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
 * What one client is told of the pool as it happens, in the format of server-sent events: each new
 * status as {@code status}, each new or changed entry of the history as {@code history}.
 *
 * <p>Nothing is queued for a client. It reads the newest status and the history at its own pace, so
 * a slow one skips statuses and costs no memory.
 */
final class EventStream {

  /** Turns without news after which a sign of life is sent, so that a dead client is noticed. */
  private static final int QUIET_TURNS = 30;

  private final StatusBoard board;
  private final StatusText text;
  private final EventHistory history;
  private final Position start;
  private final OutputStream out;
  private @Nullable PoolStatus told;
  private long seen;
  private int quiet;

  /**
   * @param start where the client's knowledge ends
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

  /** Tells what is new. To be called a few times a second. */
  void tell() throws IOException {
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
      if (!status.equals(told)) {
        told = status;
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
   * Event by event: a whole history for many clients at once does not fit into our small heap. Each
   * bears the position, so that a client that lost us knows where it was.
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
