package io.rqorchestrator.web;

import io.rqorchestrator.control.GivenStatus;
import io.rqorchestrator.control.StatusBoard;
import io.rqorchestrator.time.SystemTicks;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/** A pool's web server in a JVM that has the daemon's heap, and ends as the daemon would. */
final class PoolInSmallHeap implements AutoCloseable {

  private final Process process;
  private final BufferedReader output;
  private final InetSocketAddress address;

  PoolInSmallHeap() throws IOException {
    process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx32m",
                    "-XX:+ExitOnOutOfMemoryError",
                    "-cp",
                    System.getProperty("java.class.path"),
                    PoolInSmallHeap.class.getName()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    output = process.inputReader();
    String port = output.readLine();
    address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt("" + port));
  }

  /** Serves a thousand workers and a full history, as long as its input is open. */
  public static void main(String[] args) throws IOException {
    StatusBoard board = new StatusBoard();
    SystemTicks ticks = new SystemTicks();
    board.publish(new GivenStatus().idleWorkers(1000).status(), ticks.now());
    try (WebServer web = WebServer.start("127.0.0.1", 0, board, FullHistory.get(), ticks)) {
      System.out.println(web.address().getPort());
      int unused = System.in.read();
    }
  }

  InetSocketAddress address() {
    return address;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    output.close();
  }
}
