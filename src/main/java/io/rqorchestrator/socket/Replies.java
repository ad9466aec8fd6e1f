package io.rqorchestrator.socket;

import com.google.gson.JsonObject;
import io.rqorchestrator.control.Command;
import io.rqorchestrator.control.HistoryEntry;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.TrendPoint;
import io.rqorchestrator.json.PoolJson;
import java.util.List;

/**
 * Replies of the control socket: one line of JSON with {@code ok}, and with {@code error} if the
 * request failed.
 */
final class Replies {

  private Replies() {}

  /** The answer to {@link Request.Status}. */
  static String status(PoolStatus status) {
    JsonObject reply = reply(true);
    reply.add(Request.STATUS, PoolJson.of(status));
    return PoolJson.text(reply);
  }

  /** The answer to {@link Request.History}. */
  static String history(List<HistoryEntry> entries) {
    JsonObject reply = reply(true);
    reply.add(Request.HISTORY, PoolJson.of(entries));
    return PoolJson.text(reply);
  }

  /** The answer to {@link Request.Trend}. */
  static String trend(List<TrendPoint> points) {
    JsonObject reply = reply(true);
    reply.add(Request.TREND, PoolJson.ofTrend(points));
    return PoolJson.text(reply);
  }

  /** The answer to {@link Request.Order}. */
  static String answer(Command.Answer answer) {
    if (answer instanceof Command.Answer.Refused) {
      return error(answer.text());
    }
    JsonObject reply = reply(true);
    reply.addProperty(Keys.MESSAGE, answer.text());
    return PoolJson.text(reply);
  }

  /** The answer to a failed request. */
  static String error(String problem) {
    JsonObject reply = reply(false);
    reply.addProperty(Keys.ERROR, problem);
    return PoolJson.text(reply);
  }

  private static JsonObject reply(boolean ok) {
    JsonObject reply = new JsonObject();
    reply.addProperty(Keys.VERSION, Request.VERSION);
    reply.addProperty(Keys.OK, ok);
    return reply;
  }
}
