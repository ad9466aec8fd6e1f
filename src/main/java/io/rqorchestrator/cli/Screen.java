package io.rqorchestrator.cli;

import io.rqorchestrator.process.TerminalSize;
import io.rqorchestrator.terminal.Style;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Standard output, and the terminal behind it if there is one. */
final class Screen {

  private static final int PLAIN_WIDTH = 80;

  private Screen() {}

  /** Whether standard output is a terminal, rather than a pipe or a file. */
  static boolean isTerminal() {
    try {
      String out = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
      return out.startsWith("/dev/pts/")
          || out.startsWith("/dev/tty")
          || out.equals("/dev/console");
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether it is a terminal that understands control sequences. */
  static boolean isCapable(Map<String, String> environment) {
    return isTerminal() && !environment.getOrDefault("TERM", "dumb").equals("dumb");
  }

  /** How to write on it. */
  static Style style(Map<String, String> environment) {
    return style(environment, isTerminal() ? TerminalSize.ask(environment).columns() : PLAIN_WIDTH);
  }

  /** How to write on it if it has this width. */
  static Style style(Map<String, String> environment, int width) {
    boolean colour = isCapable(environment) && environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Style(width, colour, charset().newEncoder().canEncode('█'));
  }

  /** The character set of the user's locale. */
  static Charset charset() {
    String name =
        System.getProperty("stdout.encoding", System.getProperty("native.encoding", "UTF-8"));
    return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.US_ASCII;
  }
}
