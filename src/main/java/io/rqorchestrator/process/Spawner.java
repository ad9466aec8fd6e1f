package io.rqorchestrator.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Starts processes. */
@FunctionalInterface
interface Spawner {

  /**
   * A process takes one place within the host's limit, and the thread that waits for it another.
   */
  int PLACES = 2;

  /**
   * Starts a process.
   *
   * @throws OutOfMemoryError if the host gives no more threads
   */
  Process spawn(ProcessBuilder builder) throws IOException;

  /**
   * Starts a process if there is room for it. Without room the JVM would still start it, get no
   * thread to wait for its end, and throw. The process would run on, and then stay a zombie that
   * takes a place for as long as the daemon lives.
   *
   * @throws OutOfMemoryError if the host gives no more threads
   */
  static Process whereThereIsRoom(ProcessBuilder builder) throws IOException {
    List<Thread> probes = new ArrayList<>();
    CountDownLatch over = new CountDownLatch(1);
    try {
      for (int i = 0; i < PLACES; i++) {
        Thread probe = new Thread(() -> await(over), "is there room for a process");
        probe.setDaemon(true);
        probe.start();
        probes.add(probe);
      }
    } finally {
      over.countDown();
      probes.forEach(Spawner::join);
    }
    return builder.start();
  }

  private static void await(CountDownLatch over) {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void join(Thread probe) {
    try {
      probe.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
