package io.rqorchestrator.process;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals that Java itself cannot send: it knows SIGTERM and SIGKILL only. A thread of their own
 * sends them, one after the other, so that nobody waits for the process that this takes.
 */
enum ProcessSignal {
  /** A stopped process goes on. Others do not get it. */
  CONT,
  /** The worker host's cold stop. */
  QUIT;

  private static final Logger LOG = LoggerFactory.getLogger(ProcessSignal.class);
  private static final File NULL = new File("/dev/null");
  private static final ThreadPoolExecutor SENDER =
      new ThreadPoolExecutor(
          1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), ProcessSignal::thread);

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "signals");
    thread.setDaemon(true);
    return thread;
  }

  /** Keeps the thread in reserve: later the host may give none. */
  static void prepare() {
    SENDER.prestartCoreThread();
  }

  /**
   * Does soon what has to do with signals and takes its time, behind those that are still to be
   * sent.
   */
  static void soon(Runnable work) {
    SENDER.execute(work);
  }

  /**
   * Sends it soon, and does not wait for that. If the host gives no process for it, this is told,
   * and the signal is not sent: who sends it looks at what comes of it.
   */
  void send(ProcessHandle process) {
    SENDER.execute(() -> sendNow(process));
  }

  /** The shell has {@code kill} built in; a program of that name is missing on small systems. */
  private void sendNow(ProcessHandle process) {
    if (!process.isAlive()) { // compares the start time, too: the pid may be another's by now
      return;
    }
    if (this == CONT && !ProcessTable.isStopped(process.pid())) {
      return;
    }
    String pid = Long.toString(process.pid());
    try {
      Spawner.whereThereIsRoom(
              new ProcessBuilder("/bin/sh", "-c", "kill -s \"$1\" \"$2\"", "sh", name(), pid)
                  .redirectInput(Redirect.from(NULL))
                  .redirectOutput(Redirect.DISCARD)
                  .redirectError(Redirect.DISCARD))
          .waitFor();
    } catch (IOException | OutOfMemoryError e) {
      LOG.warn("SIG{} cannot be sent to process {}: {}", this, pid, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
