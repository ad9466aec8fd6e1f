package io.rqorchestrator.web;

import com.google.gson.JsonObject;
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
  private final EventHistory history;
  private final Position start;
  private final OutputStream out;
  private @Nullable PoolStatus told;
  private long seen;
  private int quiet;

  /**
   * @param start where the client's knowledge ends
   */
  EventStream(StatusBoard board, EventHistory history, Position start, OutputStream out) {
    this.board = board;
    this.history = history;
    this.start = start;
    this.out = out;
    this.seen = -1;
  }

  /** Tells what is new. To be called a few times a second. */
  void tell() throws IOException {
    PoolStatus status = board.newest().orElse(null);
    StringBuilder news = new StringBuilder();
    if (status != null) {
      if (seen < 0) {
        seen = start.in(status.pool().startedAt(), history);
      }
      for (HistoryEntry entry : history.after(seen)) {
        seen = entry.sequence();
        append(news, status, "history", PoolJson.of(entry));
      }
      if (!status.equals(told)) {
        told = status;
        append(news, status, "status", PoolJson.of(status));
      }
    }
    quiet = news.isEmpty() ? quiet + 1 : 0;
    if (quiet >= QUIET_TURNS) {
      quiet = 0;
      news.append(": still here\n\n");
    }
    out.write(news.toString().getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /** Each event bears the position, so that a client that lost us knows where it was. */
  private void append(StringBuilder news, PoolStatus status, String kind, JsonObject data) {
    news.append("id: ").append(new Position(status.pool().startedAt().toEpochMilli(), seen));
    news.append("\nevent: ").append(kind);
    news.append("\ndata: ").append(PoolJson.text(data)).append("\n\n");
  }
}
