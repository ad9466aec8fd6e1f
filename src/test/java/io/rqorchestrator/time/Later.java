package io.rqorchestrator.time;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/** A thread that is slow: it works only when a test lets it. */
public final class Later implements Executor {

  private final Deque<Runnable> waiting = new ArrayDeque<>();

  @Override
  public void execute(Runnable work) {
    waiting.add(work);
  }

  /** Pieces of work that wait. */
  public int waiting() {
    return waiting.size();
  }

  /** Does the next piece of work. */
  public void worksOnce() {
    waiting.remove().run();
  }

  /** Does all that waits, and what comes of it. */
  public void works() {
    while (!waiting.isEmpty()) {
      worksOnce();
    }
  }
}
