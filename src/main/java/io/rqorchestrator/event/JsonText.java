package io.rqorchestrator.event;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** JSON that a terminal can show as it is. */
public final class JsonText {

  /**
   * What a writer of JSON may leave as it is and a terminal obeys; it stands within strings only.
   */
  private static final Pattern UNSEEN = Pattern.compile("[\\x7f-\\x9f\\p{Cf}]");

  private JsonText() {}

  /** The same JSON, in which JSON escapes stand for all characters that are unseen. */
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
