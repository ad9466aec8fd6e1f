package io.rqorchestrator.process;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A question that takes time to answer. Another thread answers it. The thread that asks never
 * waits: it checks from time to time. Only one thread may ask.
 */
final class Inquiry<T> {

  private final Executor thread;
  private @Nullable CompletableFuture<T> asked;

  Inquiry(Executor thread) {
    this.thread = thread;
  }

  /** Asks, unless an earlier question is unanswered or its answer was not taken yet. */
  void ask(Supplier<T> question) {
    ask(question, () -> {});
  }

  /**
   * The same.
   *
   * @param answered is run by the other thread once it has answered
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

  /** Whether a question was asked whose answer was not taken yet. */
  boolean isOpen() {
    return asked != null;
  }

  /**
   * Takes the answer; empty if there is none, or if it was taken before.
   *
   * @throws RuntimeException if the other thread failed with this exception
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
