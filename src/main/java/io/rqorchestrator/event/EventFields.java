package io.rqorchestrator.event;

import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.wire.WireNames;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An event as named plain values, to write it as data: strings, numbers, booleans and lists of
 * strings or numbers. Durations are seconds. Records inside an event are laid out flat, behind the
 * word for their type if one is declared. All words are declared {@link
 * io.rqorchestrator.wire.WireName}s.
 */
public final class EventFields {

  private EventFields() {}

  /** The event's kind, such as {@code worker_started}. */
  public static String kind(Event event) {
    return WireNames.of(event.getClass());
  }

  /** The event's values by name, in the order of its components. */
  public static Map<String, Object> of(Event event) {
    Map<String, Object> fields = new LinkedHashMap<>();
    addAll(event, fields);
    return fields;
  }

  private static void addAll(Object part, Map<String, Object> fields) {
    for (RecordComponent component : part.getClass().getRecordComponents()) {
      try {
        add(WireNames.of(component), component.getAccessor().invoke(part), fields);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("an event's records must be public", e);
      }
    }
  }

  private static void add(String name, Object value, Map<String, Object> fields) {
    if (value instanceof Optional<?> optional) {
      if (optional.isPresent()) {
        add(name, optional.get(), fields);
      }
    } else if (value instanceof Duration duration) {
      fields.put(name, duration.toMillis() / 1000.0);
    } else if (value instanceof Enum<?> constant) {
      fields.put(name, WireNames.of(constant));
    } else if (value instanceof WorkerId worker) {
      fields.put(name, worker.text());
    } else if (value instanceof Record) {
      if (WireNames.has(value.getClass())) {
        fields.put(name, WireNames.of(value.getClass()));
      }
      addAll(value, fields);
    } else if (value instanceof String
        || value instanceof Number
        || value instanceof Boolean
        || value instanceof List<?>) {
      fields.put(name, value);
    } else {
      throw new IllegalArgumentException("an event has no form for " + value.getClass());
    }
  }
}
