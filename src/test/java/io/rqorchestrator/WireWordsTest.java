package io.rqorchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.control.Command;
import io.rqorchestrator.control.HistoryLine;
import io.rqorchestrator.control.PoolState;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.TrendPoint;
import io.rqorchestrator.event.Event;
import io.rqorchestrator.wire.WireNames;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every word that others parse, as a list: the kinds of events with their fields, the keys of
 * status, history and trend, the verbs of the control socket, and the constants. Whoever changes
 * the list changes what others rely on, and says so in the changelog. The names of the metrics are
 * held by {@code PoolMetricsTest}.
 */
class WireWordsTest {

  private final Map<String, List<String>> constants = new TreeMap<>();

  @Test
  void theWordsAreTheDeclaredOnes() throws IOException {
    assertThat(words()).isEqualTo(expected());
  }

  private static String expected() throws IOException {
    try (var in = WireWordsTest.class.getResourceAsStream("/wire-words.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String words() {
    StringBuilder words = new StringBuilder("# kinds of events and their fields\n");
    types(Event.class)
        .map(kind -> WireNames.of(kind) + ":" + fields(kind))
        .sorted()
        .forEach(line -> words.append(line).append('\n'));
    words.append("\n# keys of the status, of the history and of the trend\n");
    keys("status", PoolStatus.class).forEach(key -> words.append(key).append('\n'));
    keys("history", HistoryLine.class).forEach(key -> words.append(key).append('\n'));
    keys("trend", TrendPoint.class).forEach(key -> words.append(key).append('\n'));
    words.append("\n# verbs of the control socket\n");
    types(Command.class)
        .map(WireNames::of)
        .distinct()
        .sorted()
        .forEach(verb -> words.append(verb).append('\n'));
    constantsOf(PoolState.class);
    words.append("\n# constants\n");
    constants.forEach((key, all) -> words.append(key + ": " + String.join(" ", all) + "\n"));
    return words.toString();
  }

  private String fields(Class<?> type) {
    return Arrays.stream(type.getRecordComponents()).map(this::field).collect(Collectors.joining());
  }

  /** A record inside an event is laid out flat, behind the word for its type if it has one. */
  private String field(RecordComponent component) {
    String name = WireNames.of(component);
    Class<?> type = constantsOf(content(component));
    if (type.isInterface() && type.isSealed()) {
      return types(type)
          .map(one -> " " + name + "=" + WireNames.of(one) + fields(one))
          .collect(Collectors.joining(" |", " (", ")"));
    }
    boolean flat = type.isRecord() && WireNames.has(type.getRecordComponents()[0]);
    return flat ? fields(type) : " " + name;
  }

  private Stream<String> keys(String path, Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .flatMap(
            component -> {
              String key = path + "." + WireNames.of(component);
              Class<?> content = constantsOf(content(component));
              return content.isRecord() ? keys(key, content) : Stream.of(key);
            });
  }

  private Class<?> constantsOf(Class<?> type) {
    if (type.isEnum()) {
      List<String> all =
          Arrays.stream(type.getEnumConstants()).map(it -> WireNames.of((Enum<?>) it)).toList();
      constants.put(type.getSimpleName(), all);
    }
    return type;
  }

  /** What is in an optional or a list, or the type itself. */
  private static Class<?> content(RecordComponent component) {
    Type type = component.getGenericType();
    if (type instanceof ParameterizedType generic
        && generic.getActualTypeArguments()[0] instanceof Class<?> content) {
      return content;
    }
    return component.getType();
  }

  private static Stream<Class<?>> types(Class<?> sealed) {
    return Arrays.stream(sealed.getPermittedSubclasses())
        .flatMap(type -> type.isSealed() ? types(type) : Stream.of(type));
  }
}
