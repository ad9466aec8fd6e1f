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
 * Standard input, output and error of this process. They may be closed at the start ({@code >&-}).
 * The kernel gives the lowest free number to the next file that is opened. So a file of the JVM, or
 * later a socket or the state file, would become the standard output of the daemon and of each job.
 */
public final class StandardStreams {

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final Path DETAILS = Path.of("/proc/self/fdinfo");
  private static final String NULL = "/dev/null";
  private static final int INPUT = 0;
  private static final int OUTPUT = 1;
  private static final int ERROR = 2;

  /**
   * Flags of an open file, see open(2): its access mode, and that it is closed when a program is
   * executed.
   */
  private static final int ACCESS_MODE = 3;

  private static final int CLOSE_ON_EXEC = 02000000;

  /** Kept open for as long as this process lives. */
  private static final List<OutputStream> PLACEHOLDERS = new ArrayList<>();

  /** Determined once, before any file is opened. */
  private static final boolean HAS_OUTPUT = isInherited(OUTPUT);

  private static final boolean HAS_ERROR = isInherited(ERROR);

  private StandardStreams() {}

  /**
   * Opens {@code /dev/null} for each standard stream that is closed. If a file of the JVM has taken
   * the place of a stream, output to the stream is discarded. Has to be called before any file is
   * opened and anything is printed.
   */
  public static void occupy() {
    try {
      while (!areOpen()) {
        PLACEHOLDERS.add(new FileOutputStream(NULL));
      }
    } catch (IOException e) {
      return; // no /dev/null, or no free descriptor: go on without
    }
    if (!HAS_OUTPUT) {
      System.setOut(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
    }
    if (!HAS_ERROR) {
      System.setErr(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
    }
  }

  /** Whether this process was started with a standard error that can be written to. */
  public static boolean hasError() {
    return HAS_ERROR;
  }

  /** The standard output for a process that is to print to the daemon's output. */
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
   * Whether a descriptor is an output that this process was started with. Files that the JVM has
   * opened itself are read-only, as its classes are, or are closed when a program is executed, as a
   * log of the JVM.
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
