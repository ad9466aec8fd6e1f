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
 * Looks for jobs that dead workers were handed, and puts them back, on a thread of its own: a
 * search may take minutes. There is no connection for longer than an answer takes.
 */
final class RedisHanded implements AutoCloseable {

  /** What is to be done. */
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
   * @param looks takes what was found, or nothing if Redis did not answer, and when it was asked
   * @param outcomes takes what became of the attempt to put a job back
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

  /** Asks for a look. Never blocks; whoever asks waits for the answer before the next question. */
  void ask(HandedQuestion question, Tick now) {
    tasks.add(new Look(question, now));
  }

  /** Asks for a job to be put back. Never blocks. */
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
      // The pool has come to its end.
    }
  }

  private void answer(HandedQuestion question, Tick now) throws InterruptedException {
    Optional<HandedLook> look = Optional.empty();
    try (RedisConnection connection = new RedisConnection(settings)) {
      look = Optional.of(reader.look(connection, question));
    } catch (RuntimeException | LinkageError e) {
      // Not answered: it is asked again.
    }
    looks.accept(look, now);
  }

  private void answer(HandedJob job) {
    PutBack outcome = PutBack.LATER;
    try (RedisConnection connection = new RedisConnection(settings)) {
      outcome = JobReturn.putBack(connection.begin(), job);
    } catch (RuntimeException | LinkageError e) {
      // It may have been put back, or not: it is looked at again.
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
