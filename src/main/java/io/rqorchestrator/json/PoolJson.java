package io.rqorchestrator.json;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.rqorchestrator.control.HistoryEntry;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.TrendPoint;
import io.rqorchestrator.event.EventFields;
import io.rqorchestrator.event.JsonText;
import io.rqorchestrator.wire.WireNames;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Status and history as JSON. Records become objects whose members have the declared {@link
 * io.rqorchestrator.wire.WireName}s; durations are seconds, instants ISO 8601 in UTC, and constants
 * their declared words. Empty values are left out.
 */
public final class PoolJson {

  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  private PoolJson() {}

  /** A status. */
  public static JsonObject of(PoolStatus status) {
    return object(status);
  }

  /**
   * An entry of the history: count and times, and the event's {@code kind}, {@code level}, {@code
   * text} (the line of the log) and {@code fields}.
   */
  public static JsonObject of(HistoryEntry entry) {
    JsonObject json = new JsonObject();
    json.addProperty("sequence", entry.sequence());
    json.addProperty("id", entry.id());
    json.addProperty("since", entry.since().toString());
    json.addProperty("at", entry.at().toString());
    json.addProperty("times", entry.times());
    json.addProperty("kind", EventFields.kind(entry.event()));
    json.addProperty("level", WireNames.of(entry.event().level()));
    json.addProperty("text", entry.event().describe());
    json.add("fields", GSON.toJsonTree(EventFields.of(entry.event())));
    return json;
  }

  /** Entries of the history. */
  public static JsonArray of(List<HistoryEntry> entries) {
    JsonArray json = new JsonArray();
    entries.forEach(entry -> json.add(of(entry)));
    return json;
  }

  /** A point of the curves. */
  public static JsonObject of(TrendPoint point) {
    return object(point);
  }

  /** The curves of the last minutes. */
  public static JsonArray ofTrend(List<TrendPoint> points) {
    return array(points);
  }

  /** JSON as text on one line, without characters that a terminal would interpret. */
  public static String text(JsonElement json) {
    return JsonText.visible(GSON.toJson(json));
  }

  private static JsonObject object(Record value) {
    JsonObject json = new JsonObject();
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      try {
        JsonElement member = element(component.getAccessor().invoke(value));
        if (member != null) {
          json.add(WireNames.of(component), member);
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(value.getClass() + " must be public", e);
      }
    }
    return json;
  }

  private static JsonArray array(List<?> values) {
    JsonArray json = new JsonArray();
    values.forEach(value -> json.add(element(value)));
    return json;
  }

  private static @Nullable JsonElement element(Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.isPresent() ? element(optional.get()) : null;
    }
    if (value instanceof OptionalInt number) {
      return number.isPresent() ? new JsonPrimitive(number.getAsInt()) : null;
    }
    if (value instanceof OptionalLong number) {
      return number.isPresent() ? new JsonPrimitive(number.getAsLong()) : null;
    }
    if (value instanceof OptionalDouble number) {
      return number.isPresent() ? new JsonPrimitive(number.getAsDouble()) : null;
    }
    if (value instanceof Record record) {
      return object(record);
    }
    if (value instanceof List<?> list) {
      return array(list);
    }
    if (value instanceof Number number) {
      return new JsonPrimitive(number);
    }
    if (value instanceof Boolean truth) {
      return new JsonPrimitive(truth);
    }
    if (value instanceof Duration duration) {
      return new JsonPrimitive(duration.toMillis() / 1000.0);
    }
    if (value instanceof Enum<?> constant) {
      return new JsonPrimitive(WireNames.of(constant));
    }
    if (value instanceof Instant || value instanceof String) {
      return new JsonPrimitive(value.toString());
    }
    throw new IllegalArgumentException("no JSON for " + value.getClass());
  }
}
