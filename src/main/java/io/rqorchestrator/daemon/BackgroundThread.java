package io.rqorchestrator.daemon;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread for work that may have to wait: for a disk, for a reader, for the kernel. To hand work
 * over never waits. The queue is bounded; work that does not fit is dropped and counted.
 *
 * <p>The thread is started in the constructor, because later the host may refuse to start one.
 */
final class BackgroundThread implements Executor {

  private static final Logger LOG = LoggerFactory.getLogger(BackgroundThread.class);

  private final String name;
  private final AtomicLong dropped = new AtomicLong();
  private final ThreadPoolExecutor thread;

  /**
   * @param name the thread's name, as tools show it
   * @param capacity how many pieces of work may wait
   */
  BackgroundThread(String name, int capacity) {
    this.name = name;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(capacity),
            work -> {
              Thread daemon = new Thread(work, name);
              daemon.setDaemon(true);
              return daemon;
            });
    boolean unused = thread.prestartCoreThread();
  }

  @Override
  public void execute(Runnable work) {
    boolean unused = offer(work);
  }

  /**
   * Hands work over.
   *
   * @return whether it fitted into the queue
   */
  boolean offer(Runnable work) {
    try {
      thread.execute(() -> runSafely(work));
      return true;
    } catch (RejectedExecutionException e) {
      dropped.incrementAndGet();
      return false;
    }
  }

  /** Keeps the thread alive: an error would end it, and the host may refuse to start another. */
  private void runSafely(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      LOG.warn("{}: {}", name, e.toString());
    }
  }

  /** How many pieces of work were dropped. */
  long dropped() {
    return dropped.get();
  }

  /**
   * Takes no more work, and waits until the work in the queue is done.
   *
   * @param patience how long to wait at most
   * @return whether all of it was done
   */
  boolean finish(Duration patience) throws InterruptedException {
    thread.shutdown();
    return thread.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
  }
}
