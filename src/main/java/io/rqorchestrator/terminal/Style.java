package io.rqorchestrator.terminal;

/**
 * The capabilities of a terminal.
 *
 * @param width columns, 20 or more
 * @param colour whether it shows colours
 * @param unicode whether it shows block characters; ASCII characters replace them otherwise
 */
public record Style(int width, boolean colour, boolean unicode) {

  private static final int NARROWEST = 20;

  /** Raises the width to the narrowest that is supported. */
  public Style {
    width = Math.max(NARROWEST, width);
  }

  /** Colours by meaning. */
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

  /** A text in this colour, or unchanged on a terminal without colours. */
  String paint(Ink ink, String text) {
    return colour && !text.isEmpty() ? "\033[" + ink.code + "m" + text + "\033[0m" : text;
  }
}
