package io.rqorchestrator.plot;

import java.util.Locale;

/**
 * Writes an SVG document, element by element. It has a white background, so that it can be read on
 * a dark page, too. It does not use AWT, because a headless JRE has no fonts.
 */
final class Svg {

  private final StringBuilder text = new StringBuilder();

  /**
   * Begins a document.
   *
   * @param label description for screen readers
   */
  Svg(double width, double height, String label) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %s %s\" width=\"%s\" height=\"%s\""
            + " role=\"img\" aria-label=\"%s\""
            + " font-family=\"system-ui, 'Segoe UI', 'Helvetica Neue', sans-serif\""
            + " font-size=\"12\">",
        width, height, width, height, escaped(label));
    add("<rect width=\"100%%\" height=\"100%%\" rx=\"8\" fill=\"#ffffff\"/>");
  }

  void line(double x1, double y1, double x2, double y2, String style) {
    add("<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" %s/>", x1, y1, x2, y2, style);
  }

  void path(CharSequence points, String style) {
    add("<path d=\"%s\" %s/>", points, style);
  }

  void text(double x, double y, String style, String content) {
    add("<text x=\"%s\" y=\"%s\" %s>%s</text>", x, y, style, escaped(content));
  }

  /** A shape with a tooltip. */
  void mark(CharSequence points, String style, String tooltip) {
    add("<path d=\"%s\" %s><title>%s</title></path>", points, style, escaped(tooltip));
  }

  /** Ends the document and returns the whole of it. */
  String close() {
    add("</svg>");
    return text.toString();
  }

  private void add(String format, Object... values) {
    Object[] written = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      written[i] = values[i] instanceof Double number ? number(number) : values[i];
    }
    text.append(String.format(Locale.ROOT, format, written)).append('\n');
  }

  /** A coordinate, rounded to a tenth of a pixel, so that equal pictures are equal files. */
  static String number(double value) {
    String rounded = String.format(Locale.ROOT, "%.1f", Math.rint(value * 10) / 10 + 0.0); // no -0
    return rounded.endsWith(".0") ? rounded.substring(0, rounded.length() - 2) : rounded;
  }

  /** Escapes text, so that it cannot end its element or make the document invalid. */
  static String escaped(String text) {
    StringBuilder safe = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                default -> safe.appendCodePoint(allowed(c));
              }
            });
    return safe.toString();
  }

  /**
   * Replaces characters that XML does not allow: control characters, unpaired surrogates, and
   * U+FFFE and U+FFFF.
   */
  private static int allowed(int c) {
    if (Character.isISOControl(c)) {
      return ' ';
    }
    boolean unknown = (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) || c == 0xFFFE;
    return unknown || c == 0xFFFF ? 0xFFFD : c;
  }
}
