package io.rqorchestrator.event;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** JSON that is safe to show on a terminal. */
public final class JsonText {

  /** Characters that JSON allows unescaped in strings, and that a terminal obeys or hides. */
  private static final Pattern UNSEEN = Pattern.compile("[\\x7f-\\x9f\\p{Cf}]");

  private JsonText() {}

  /** The same JSON, with such characters as JSON escapes. */
  public static String visible(String json) {
    return UNSEEN
        .matcher(json)
        .replaceAll(
            found ->
                found
                    .group()
                    .chars()
                    .mapToObj("\\\\u%04x"::formatted)
                    .collect(Collectors.joining()));
  }
}
