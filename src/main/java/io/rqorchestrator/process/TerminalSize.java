package io.rqorchestrator.process;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The size of the controlling terminal. Java cannot ask for it, so {@code stty} is run.
 *
 * @param columns 1 or more
 * @param rows 1 or more
 */
public record TerminalSize(int columns, int rows) {

  private static final TerminalSize USUAL = new TerminalSize(80, 24);

  /** Reads the size. Without a terminal: COLUMNS and LINES, or 80 by 24. */
  public static TerminalSize ask(Map<String, String> environment) {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      if (stty.waitFor(1, TimeUnit.SECONDS) && answer.strip().matches("[1-9]\\d* [1-9]\\d*")) {
        String[] words = answer.strip().split(" ", 2);
        return new TerminalSize(Integer.parseInt(words[1]), Integer.parseInt(words[0]));
      }
    } catch (IOException e) {
      // No stty, or no terminal: use the environment.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new TerminalSize(
        number(environment.get("COLUMNS"), USUAL.columns),
        number(environment.get("LINES"), USUAL.rows));
  }

  private static int number(@Nullable String text, int otherwise) {
    return text != null && text.matches("[1-9]\\d{0,4}") ? Integer.parseInt(text) : otherwise;
  }
}
