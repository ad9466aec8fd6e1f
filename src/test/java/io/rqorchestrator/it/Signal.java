package io.rqorchestrator.it;

import java.io.IOException;

/** Signals to processes that the tests started. */
final class Signal {

  private Signal() {}

  static void send(String name, long pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start().waitFor();
  }
}
