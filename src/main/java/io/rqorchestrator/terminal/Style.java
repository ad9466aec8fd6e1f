package io.rqorchestrator.terminal;

/**
 * What a terminal can show.
 *
 * @param width columns, 20 or more
 * @param colour whether it takes colours
 * @param unicode whether it has block characters; else ASCII stands in for them
 */
public record Style(int width, boolean colour, boolean unicode) {

  private static final int NARROWEST = 20;

  /** In less than that nothing can be said. */
  public Style {
    width = Math.max(NARROWEST, width);
  }

  /** Colours with a meaning of their own. */
  enum Ink {
    GOOD("32"),
    CAUTION("33"),
    BAD("31"),
    FAINT("2"),
    STRONG("1");

    private final String code;

    Ink(String code) {
      this.code = code;
    }
  }

  /** A text in this colour; the text alone where there are none. */
  String paint(Ink ink, String text) {
    return colour && !text.isEmpty() ? "\033[" + ink.code + "m" + text + "\033[0m" : text;
  }
}
