package io.rqorchestrator.event;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An event as named plain values, for whoever writes it down as data: strings, numbers, booleans
 * and lists of strings or numbers. Durations are seconds. Records inside an event are laid out
 * flat.
 */
public final class EventFields {

  private EventFields() {}

  /** The event's kind, such as {@code worker_started}. */
  public static String kind(Event event) {
    return snakeCase(event.getClass().getSimpleName());
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
        add(snakeCase(component.getName()), component.getAccessor().invoke(part), fields);
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
      fields.put(name, constant.name().toLowerCase(Locale.ROOT));
    } else if (value instanceof Number || value instanceof Boolean || value instanceof List<?>) {
      fields.put(name, value);
    } else if (value instanceof Record && value.toString().indexOf('[') >= 0) {
      if (value.getClass().getEnclosingClass() != null) {
        fields.put(name, snakeCase(value.getClass().getSimpleName()));
      }
      addAll(value, fields);
    } else {
      fields.put(name, value.toString());
    }
  }

  /** A Java name as data spells it: {@code oldestWait} is {@code oldest_wait}. */
  public static String snakeCase(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }
}
