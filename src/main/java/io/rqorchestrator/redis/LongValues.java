package io.rqorchestrator.redis;

import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Fields with values that are too long to be read. Redis always sends a value as a whole, so these
 * fields are requested once a minute and not in every sample.
 */
final class LongValues {

  private static final Duration REST = Duration.ofMinutes(1);

  /** When each long value was seen, by key and field. */
  private final Map<String, Map<String, Tick>> seen = new HashMap<>();

  /** Those of a key's fields that should be requested. */
  String[] wanted(String key, String[] fields, Tick now) {
    Map<String, Tick> ofKey = seen.get(key);
    if (ofKey == null) {
      return fields;
    }
    ofKey.values().removeIf(since -> now.hasPassed(REST, since));
    if (ofKey.isEmpty()) {
      seen.remove(key);
      return fields;
    }
    return Set.of(fields).stream()
        .filter(f -> !ofKey.containsKey(f))
        .sorted()
        .toArray(String[]::new);
  }

  /** A value turned out to be too long. */
  void add(String key, String field, Tick now) {
    seen.computeIfAbsent(key, unused -> new HashMap<>()).put(field, now);
  }

  /** Forgets all but these keys. */
  void retain(Set<String> keys) {
    seen.keySet().retainAll(keys);
  }

  /** The number of values that are left out now. */
  int count() {
    return seen.values().stream().mapToInt(Map::size).sum();
  }
}
