package io.rqorchestrator.web;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.rqorchestrator.time.Tick;
import io.rqorchestrator.time.TickSource;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Limits how long a client may occupy a thread. Interrupting a thread that waits in a channel's
 * read or write closes that channel, so a slow client loses its connection, and no other client
 * does.
 */
final class ClientTimeout {

  private final TickSource ticks;
  private final Set<TimedRun> runs = ConcurrentHashMap.newKeySet();

  ClientTimeout(TickSource ticks) {
    this.ticks = ticks;
  }

  /** Work that reads from or writes to a client. */
  @FunctionalInterface
  interface Work<E extends Exception> {
    void run() throws E;
  }

  /** Runs {@code work} on this thread; {@link #endLongerThan} may interrupt it. */
  <E extends Exception> void during(Work<E> work) throws E {
    TimedRun run = new TimedRun(Thread.currentThread(), ticks.now());
    runs.add(run);
    try {
      work.run();
    } finally {
      runs.remove(run);
      run.over();
    }
  }

  /** Interrupts all work that has taken longer than {@code limit}. */
  void endLongerThan(Duration limit) {
    Tick now = ticks.now();
    for (TimedRun run : runs) {
      run.endIfLongerThan(limit, now);
    }
  }

  /**
   * One run of work on a thread. An interrupt affects this run only, never the thread's next one.
   */
  private static final class TimedRun {
    private final Thread thread;
    private final Tick began;

    @GuardedBy("this") private boolean over;

    TimedRun(Thread thread, Tick began) {
      this.thread = thread;
      this.began = began;
    }

    synchronized void endIfLongerThan(Duration limit, Tick now) {
      if (!over && now.hasPassed(limit, began)) {
        thread.interrupt();
      }
    }

    synchronized void over() {
      over = true;
      Thread.interrupted(); // clears an interrupt that was meant for this run
    }
  }
}
