package io.rqorchestrator.web;

import io.rqorchestrator.time.TickSource;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Answers requests on a bounded number of threads. The JDK's server reads a request on the thread
 * that answers it, so slow clients occupy threads: each for at most five seconds, or for a tenth of
 * a second while other requests wait.
 */
final class RequestThreads implements Executor, AutoCloseable {

  private static final int MOST = 64;
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration LIMIT_WHILE_OTHERS_WAIT = Duration.ofMillis(100);

  private final ClientTimeout timeout;
  private final ThreadPoolExecutor threads;

  RequestThreads(TickSource ticks) {
    this.timeout = new ClientTimeout(ticks);
    // The queue needs no bound: the number of connections limits the waiting requests.
    this.threads =
        new ThreadPoolExecutor(
            MOST,
            MOST,
            2,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> Daemons.thread("http request", work));
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable request) {
    threads.execute(() -> timeout.during(request::run));
  }

  /** Ends requests that take too long. To be called a few times a second. */
  void endSlow() {
    timeout.endLongerThan(threads.getQueue().isEmpty() ? LIMIT : LIMIT_WHILE_OTHERS_WAIT);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
