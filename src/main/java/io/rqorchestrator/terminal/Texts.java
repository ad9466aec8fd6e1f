package io.rqorchestrator.terminal;

import java.util.ArrayList;
import java.util.List;

/** Texts of a certain width. */
public final class Texts {

  private Texts() {}

  /**
   * Replaces all characters that could move the cursor or change later text. Names of queues and
   * ids of jobs come from other programs and may contain any character.
   */
  public static String harmless(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              int type = Character.getType(point);
              boolean harmful =
                  Character.isISOControl(point)
                      || type == Character.FORMAT
                      || type == Character.SURROGATE
                      || type == Character.LINE_SEPARATOR
                      || type == Character.PARAGRAPH_SEPARATOR
                      || type == Character.NON_SPACING_MARK
                      || type == Character.ENCLOSING_MARK;
              clean.appendCodePoint(harmful ? '?' : point);
            });
    return clean.toString();
  }

  /** The text, or its beginning and an ellipsis if it does not fit. */
  static String cut(String text, int width, Style style) {
    if (text.length() <= width) {
      return text;
    }
    String more = style.unicode() ? "…" : "~";
    return width <= 1 ? text.substring(0, Math.max(0, width)) : text.substring(0, width - 1) + more;
  }

  /**
   * A name or an id, or its beginning, an ellipsis and its end if it does not fit. The end often
   * distinguishes one name from another, as in Frappe's {@code site::id}.
   */
  public static String middle(String name, int width, Style style) {
    if (name.length() <= width || width < 3) {
      return cut(name, width, style);
    }
    int head = (width - 1) / 2;
    int tail = name.length() - (width - 1 - head);
    // A surrogate pair is kept or removed as a whole.
    head -= Character.isHighSurrogate(name.charAt(head - 1)) ? 1 : 0;
    tail += Character.isLowSurrogate(name.charAt(tail)) ? 1 : 0;
    return name.substring(0, head) + (style.unicode() ? "…" : "~") + name.substring(tail);
  }

  /** Left-aligned: cut, or filled up at the right. */
  static String left(String text, int width, Style style) {
    return String.format("%-" + Math.max(1, width) + "s", cut(text, width, style));
  }

  /** Right-aligned: cut, or filled up at the left. */
  static String right(String text, int width, Style style) {
    return String.format("%" + Math.max(1, width) + "s", cut(text, width, style));
  }

  /** The text in lines of at most this width, broken at blanks if possible. */
  static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (rest.length() > width) {
      int blank = rest.lastIndexOf(' ', width);
      int end = blank > 0 ? blank : width;
      lines.add(rest.substring(0, end));
      rest = rest.substring(end).stripLeading();
    }
    lines.add(rest);
    return lines;
  }
}
