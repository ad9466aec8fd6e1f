package io.rqorchestrator.process;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** This machine. */
public final class Host {

  private Host() {}

  /** Its name, as Python's {@code socket.gethostname()} and thus RQ's worker records have it. */
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

  /** This process. */
  public static long pid() {
    return ProcessHandle.current().pid();
  }
}
