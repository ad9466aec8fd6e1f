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
 * Signals that Java itself cannot send: it knows only SIGTERM and SIGKILL. A separate thread sends
 * them one after the other, so that no caller waits for the process that this needs.
 */
enum ProcessSignal {
  /** Continues a stopped process. It is not sent to other processes. */
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

  /** Starts the thread early, because the host may give none later. */
  static void prepare() {
    SENDER.prestartCoreThread();
  }

  /** Runs an action on the same thread, after the signals that are still to be sent. */
  static void soon(Runnable work) {
    SENDER.execute(work);
  }

  /**
   * Sends the signal soon, without waiting. If the host gives no process for it, the log says so
   * and the signal is not sent. The caller therefore has to check what the signal achieves.
   */
  void send(ProcessHandle process) {
    SENDER.execute(() -> sendNow(process));
  }

  /** Uses the {@code kill} of the shell, because small systems have no program of that name. */
  private void sendNow(ProcessHandle process) {
    if (!process
        .isAlive()) { // compares the start time, too, as another process may have the pid by now
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
