package io.rqorchestrator.daemon;

import ch.qos.logback.classic.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * systemd's journal, if standard error goes there. The journal adds the time to each line, and
 * reads the line's priority from {@code <N>} at its beginning (see {@code sd-daemon(3)}).
 */
public final class Journal {

  private Journal() {}

  /**
   * Whether this open file is the stream that the journal gave to this process: systemd names the
   * stream's device and inode in {@code JOURNAL_STREAM} (see {@code systemd.exec(5)}). The variable
   * alone proves nothing, because processes whose output goes elsewhere inherit it.
   *
   * @param open such as {@code /proc/self/fd/2}
   */
  static boolean isAt(Path open, Map<String, String> environment) {
    String stream = environment.getOrDefault("JOURNAL_STREAM", "");
    if (stream.isEmpty()) {
      return false;
    }
    try {
      Map<String, Object> file = Files.readAttributes(open, "unix:dev,ino");
      return stream.equals(file.get("dev") + ":" + file.get("ino"));
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether standard error goes to the journal. */
  static boolean isStandardError(Map<String, String> environment) {
    return isAt(Path.of("/proc/self/fd/2"), environment);
  }

  /** The beginning of a line with an error on standard error; empty if that is not the journal. */
  public static String errorPrefix(Map<String, String> environment) {
    return isStandardError(environment) ? prefix(Level.ERROR) : "";
  }

  /** The beginning of a line of this level. */
  static String prefix(Level level) {
    if (level.isGreaterOrEqual(Level.ERROR)) {
      return "<3>";
    }
    if (level.isGreaterOrEqual(Level.WARN)) {
      return "<4>";
    }
    return level.isGreaterOrEqual(Level.INFO) ? "<6>" : "<7>";
  }
}
