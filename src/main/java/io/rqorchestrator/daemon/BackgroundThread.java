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
 * One thread for work that may have to wait: for a disk, for a reader, for the kernel. Whoever
 * hands work over never waits. The queue is bounded; what does not fit is dropped and counted.
 *
 * <p>The thread is there from the beginning, because the host may give none later.
 */
final class BackgroundThread implements Executor {

  private static final Logger LOG = LoggerFactory.getLogger(BackgroundThread.class);

  private final String name;
  private final AtomicLong dropped = new AtomicLong();
  private final ThreadPoolExecutor thread;

  /**
   * @param name the thread's name, for people who look at the daemon's threads
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
   * @return whether there was room for it
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

  /** A thread that an error has ended would have to be replaced, and the host may give none. */
  private void runSafely(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      LOG.warn("{}: {}", name, e.toString());
    }
  }

  /** How many pieces of work did not fit. */
  long dropped() {
    return dropped.get();
  }

  /**
   * Takes no more work, and waits for what was handed over.
   *
   * @param patience how long to wait at most
   * @return whether all of it was done
   */
  boolean finish(Duration patience) throws InterruptedException {
    thread.shutdown();
    return thread.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
  }
}
