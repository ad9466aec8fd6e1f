package io.rqorchestrator.process;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Standard input, output and error of this process. Whoever starts it may have closed them ({@code
 * >&-}). The kernel gives the lowest free number to the next file that is opened, so a file of the
 * JVM's own, or later a socket or the state file, would be our standard output and that of each
 * job.
 */
public final class StandardStreams {

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final Path DETAILS = Path.of("/proc/self/fdinfo");
  private static final String NULL = "/dev/null";
  private static final int INPUT = 0;
  private static final int OUTPUT = 1;
  private static final int ERROR = 2;

  /** In the flags of an open file, see open(2): how it may be used, and that no program gets it. */
  private static final int ACCESS_MODE = 3;

  private static final int CLOSE_ON_EXEC = 02000000;

  /** Kept open for as long as this process lives. */
  private static final List<OutputStream> PLACEHOLDERS = new ArrayList<>();

  /** Asked once, before anything else is opened. */
  private static final boolean HAS_OUTPUT = isInherited(OUTPUT);

  private static final boolean HAS_ERROR = isInherited(ERROR);

  private StandardStreams() {}

  /**
   * Puts {@code /dev/null} in the place of each standard stream that is closed, and lets what is
   * printed go nowhere where a file of the JVM's has taken the place. To be called before anything
   * is opened or printed.
   */
  public static void occupy() {
    try {
      while (!areOpen()) {
        PLACEHOLDERS.add(new FileOutputStream(NULL));
      }
    } catch (IOException e) {
      return; // no /dev/null, or no descriptor to be had: we try to go on as we are
    }
    if (!HAS_OUTPUT) {
      System.setOut(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
    }
    if (!HAS_ERROR) {
      System.setErr(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
    }
  }

  /** Whether this process was started with a standard error that takes what is written. */
  public static boolean hasError() {
    return HAS_ERROR;
  }

  /** Where the standard output of a process goes that is to print where we print. */
  static Redirect output() {
    return HAS_OUTPUT ? Redirect.INHERIT : Redirect.DISCARD;
  }

  /** The same for standard error. */
  static Redirect error() {
    return HAS_ERROR ? Redirect.INHERIT : Redirect.DISCARD;
  }

  private static boolean areOpen() {
    for (int descriptor = INPUT; descriptor <= ERROR; descriptor++) {
      if (!Files.isSymbolicLink(DESCRIPTORS.resolve("" + descriptor))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a descriptor is an output that somebody has given to this process. What the JVM has
   * opened itself is there to be read, as its classes are, or is closed when a program begins, as a
   * log of its own.
   */
  private static boolean isInherited(int descriptor) {
    try {
      return Files.readAllLines(DETAILS.resolve("" + descriptor)).stream()
          .filter(line -> line.startsWith("flags:"))
          .mapToInt(line -> Integer.parseInt(line.substring("flags:".length()).strip(), 8))
          .anyMatch(flags -> (flags & ACCESS_MODE) != 0 && (flags & CLOSE_ON_EXEC) == 0);
    } catch (IOException | NumberFormatException e) {
      return false;
    }
  }
}
