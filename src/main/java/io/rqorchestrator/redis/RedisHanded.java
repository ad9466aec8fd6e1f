package io.rqorchestrator.redis;

import io.rqorchestrator.rq.HandedJob;
import io.rqorchestrator.rq.HandedLook;
import io.rqorchestrator.rq.HandedQuestion;
import io.rqorchestrator.rq.PutBack;
import io.rqorchestrator.time.Tick;
import io.rqorchestrator.time.TickSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Searches for jobs that were handed to dead workers, and puts jobs back. It runs on its own
 * thread, because a search may take minutes, and opens a connection for each task only.
 */
final class RedisHanded implements AutoCloseable {

  /** A task for the thread. */
  private sealed interface Task {}

  private record Look(HandedQuestion question, Tick askedAt) implements Task {}

  private record Return(HandedJob job) implements Task {}

  private final RedisSettings settings;
  private final HandedReader reader;
  private final BiConsumer<Optional<HandedLook>, Tick> looks;
  private final BiConsumer<HandedJob, PutBack> outcomes;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final LinkedBlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
  private final Thread thread = new Thread(this::serve, "handed-jobs");

  /**
   * @param queues the pool's queues in priority order
   * @param looks takes what was found (empty if Redis did not answer) and the time of the request
   * @param outcomes takes the result of each attempt to put a job back
   */
  RedisHanded(
      RedisSettings settings,
      List<String> queues,
      TickSource ticks,
      BiConsumer<Optional<HandedLook>, Tick> looks,
      BiConsumer<HandedJob, PutBack> outcomes) {
    this.settings = settings;
    this.reader = new HandedReader(queues, ticks, this::rest);
    this.looks = looks;
    this.outcomes = outcomes;
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Requests a search. Never blocks. The caller must wait for the answer before the next request.
   */
  void ask(HandedQuestion question, Tick now) {
    tasks.add(new Look(question, now));
  }

  /** Requests that a job is put back. Never blocks. */
  void putBack(HandedJob job) {
    tasks.add(new Return(job));
  }

  private void serve() {
    try {
      while (true) {
        Task task = tasks.take();
        if (task instanceof Look look) {
          answer(look.question(), look.askedAt());
        } else if (task instanceof Return job) {
          answer(job.job());
        }
      }
    } catch (InterruptedException e) {
      // The pool ends.
    }
  }

  private void answer(HandedQuestion question, Tick now) throws InterruptedException {
    Optional<HandedLook> look = Optional.empty();
    try (RedisConnection connection = new RedisConnection(settings)) {
      look = Optional.of(reader.look(connection, question));
    } catch (RuntimeException | LinkageError e) {
      // No answer: the supervisor will request the search again.
    }
    looks.accept(look, now);
  }

  private void answer(HandedJob job) {
    PutBack outcome = PutBack.LATER;
    try (RedisConnection connection = new RedisConnection(settings)) {
      outcome = JobReturn.putBack(connection.begin(), job);
    } catch (RuntimeException | LinkageError e) {
      // Whether the job was put back is unknown: the supervisor will read its state again.
    }
    outcomes.accept(job, outcome);
  }

  private void rest(Duration time) throws InterruptedException {
    boolean ends = closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
    if (ends) {
      throw new InterruptedException();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
  }
}
