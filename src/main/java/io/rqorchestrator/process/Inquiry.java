package io.rqorchestrator.process;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A question that takes its time. Another thread answers it; whoever asks looks in now and then and
 * never waits. One thread asks.
 */
final class Inquiry<T> {

  private final Executor thread;
  private @Nullable CompletableFuture<T> asked;

  Inquiry(Executor thread) {
    this.thread = thread;
  }

  /** Asks, unless an earlier question is still open or its answer was not taken yet. */
  void ask(Supplier<T> question) {
    ask(question, () -> {});
  }

  /**
   * The same.
   *
   * @param answered is run by the other thread once the answer is there
   */
  void ask(Supplier<T> question, Runnable answered) {
    if (asked != null) {
      return;
    }
    CompletableFuture<T> open = new CompletableFuture<>();
    asked = open;
    thread.execute(
        () -> {
          try {
            open.complete(question.get());
          } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
            open.completeExceptionally(e);
          }
          answered.run();
        });
  }

  /** Whether the answer is there. */
  boolean isAnswered() {
    return asked != null && asked.isDone();
  }

  /** Whether it was asked and the answer was not taken yet. */
  boolean isOpen() {
    return asked != null;
  }

  /**
   * The answer, once; empty while it is not there.
   *
   * @throws RuntimeException if the question failed with one
   */
  Optional<T> take() {
    CompletableFuture<T> done = asked;
    if (done == null || !done.isDone()) {
      return Optional.empty();
    }
    asked = null;
    try {
      return Optional.ofNullable(done.getNow(null));
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }
}
