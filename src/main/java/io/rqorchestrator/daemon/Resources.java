package io.rqorchestrator.daemon;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The open resources of the daemon. They are closed in reverse order. If one of them cannot be
 * closed, the others are closed all the same, and then the first problem is thrown.
 */
final class Resources implements AutoCloseable {

  /** Closes one resource. */
  @FunctionalInterface
  interface Closer {
    void close() throws IOException, InterruptedException;
  }

  private final Deque<Closer> open = new ArrayDeque<>();

  /** Has a resource closed at the end, before all that were added earlier. */
  void add(Closer closer) {
    open.push(closer);
  }

  @Override
  public void close() throws IOException {
    @Nullable Throwable first = null;
    boolean interrupted = false;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (IOException | RuntimeException | LinkageError e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (first instanceof IOException problem) {
      throw problem;
    }
    if (first instanceof RuntimeException problem) {
      throw problem;
    }
    if (first instanceof LinkageError problem) { // the jar may have been replaced
      throw problem;
    }
  }
}
