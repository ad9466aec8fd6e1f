package io.rqorchestrator.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a command into words as a shell does. Supports blanks, quotes and backslashes, nothing
 * else.
 */
public final class Words {

  private Words() {}

  /**
   * Splits.
   *
   * @throws IllegalArgumentException if a quote is left open
   */
  public static List<String> split(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0 && c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
        inWord = true;
      } else if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
        word.append(text.charAt(++i));
        inWord = true;
      } else if (quote == 0 && Character.isWhitespace(c)) {
        if (inWord) {
          words.add(word.toString());
          word.setLength(0);
          inWord = false;
        }
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (quote != 0) {
      throw new IllegalArgumentException("has an open quote " + quote);
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }
}
