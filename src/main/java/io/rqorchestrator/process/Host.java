package io.rqorchestrator.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** This machine. */
public final class Host {

  private static final String IGNORED = "SigIgn:";
  private static final String UMASK = "Umask:";

  private Host() {}

  /**
   * Its name as in RQ's worker records, which have it from Python's {@code socket.gethostname()}.
   */
  public static String name() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return InetAddress.getLoopbackAddress().getHostName();
    }
  }

  /** Whether this process has a controlling terminal. */
  public static boolean hasTerminal() {
    return ProcessTable.find(ProcessHandle.current().pid())
        .map(process -> process.terminal() != 0)
        .orElse(false);
  }

  /**
   * Whether this process was started with a signal ignored, as {@code nohup} does with SIGHUP. The
   * JVM then ignores it, too, even if a handler is set.
   *
   * @param number of the signal
   */
  public static boolean ignores(int number) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith(IGNORED))
          .map(line -> new BigInteger(line.substring(IGNORED.length()).strip(), 16))
          .anyMatch(mask -> mask.testBit(number - 1));
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  /** The umask of this process, such as 0022. */
  public static int umask() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith(UMASK))
          .mapToInt(line -> Integer.parseInt(line.substring(UMASK.length()).strip(), 8))
          .findFirst()
          .orElse(0);
    } catch (IOException | UncheckedIOException e) {
      return 0;
    }
  }

  /** This process. */
  public static long pid() {
    return ProcessHandle.current().pid();
  }
}
