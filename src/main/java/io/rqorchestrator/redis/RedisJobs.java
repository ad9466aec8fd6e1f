package io.rqorchestrator.redis;

import io.rqorchestrator.rq.JobInHand;
import io.rqorchestrator.time.Tick;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Answers questions about the jobs of single workers, on a thread and a connection of its own: a
 * stop that asks must not wait for a sample. Connects when it is asked for the first time.
 */
final class RedisJobs implements AutoCloseable {

  /** Where the answers go; called from this thread. */
  @FunctionalInterface
  interface JobsListener {

    /**
     * Workers' keys were read.
     *
     * @param askedAt when they were asked for
     */
    void found(Set<String> asked, Map<String, JobInHand> jobs, Tick askedAt);
  }

  private record JobsQuestion(Set<String> names, Tick askedAt) {}

  /** While Redis hangs no more than these wait; whoever gets no answer asks again. */
  private static final int MOST = 64;

  private final RedisSettings settings;
  private final JobsListener listener;
  private final ArrayBlockingQueue<JobsQuestion> questions = new ArrayBlockingQueue<>(MOST);
  private final Thread thread = new Thread(this::serve, "jobs");
  private @Nullable RedisConnection connection;

  RedisJobs(RedisSettings settings, JobsListener listener) {
    this.settings = settings;
    this.listener = listener;
    thread.setDaemon(true);
    thread.start();
  }

  /** Asks which jobs these workers hold. Never blocks. */
  void ask(Set<String> names, Tick now) {
    boolean unused = questions.offer(new JobsQuestion(names, now));
  }

  private void serve() {
    try {
      while (true) {
        List<JobsQuestion> batch = new ArrayList<>(List.of(questions.take()));
        questions.drainTo(batch);
        try {
          answer(batch);
        } catch (RuntimeException | LinkageError e) { // unanswered: the asker knows what to do then
          disconnect();
        }
      }
    } catch (InterruptedException e) {
      disconnect();
    }
  }

  /** All that wait are answered by one round trip. */
  private void answer(List<JobsQuestion> batch) {
    Set<String> names = new HashSet<>();
    batch.forEach(question -> names.addAll(question.names()));
    Map<String, JobInHand> jobs = read(names);
    batch.forEach(question -> listener.found(question.names(), jobs, question.askedAt()));
  }

  /** A connection that has broken since it was used last is replaced at once. */
  private Map<String, JobInHand> read(Set<String> names) {
    if (connection != null) {
      try {
        return JobsInHand.read(connection.begin(), names);
      } catch (JedisException e) {
        disconnect();
      }
    }
    connection = new RedisConnection(settings);
    return JobsInHand.read(connection.begin(), names);
  }

  private void disconnect() {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
