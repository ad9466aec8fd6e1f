package io.rqorchestrator.process;

import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes each constant of an enum as a declared word, so that no file depends on a Java name. A
 * word that is not declared is read as null.
 */
final class WordAdapter<E extends Enum<E>> extends TypeAdapter<E> {

  private final Map<E, String> words;

  WordAdapter(Class<E> type, Function<E, String> word) {
    words = new EnumMap<>(type);
    for (E constant : type.getEnumConstants()) {
      words.put(constant, word.apply(constant));
    }
  }

  @Override
  public void write(JsonWriter out, E constant) throws IOException {
    out.value(words.get(constant));
  }

  @Override
  public @Nullable E read(JsonReader in) throws IOException {
    String word = in.nextString();
    return words.entrySet().stream()
        .filter(entry -> entry.getValue().equals(word))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }
}
