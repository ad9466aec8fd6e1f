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
 * Reads the current jobs of single workers, on its own thread and connection, so that a stop need
 * not wait for a sample. Connects at the first request.
 */
final class RedisJobs implements AutoCloseable {

  /** Receives the answers; called from this thread. */
  @FunctionalInterface
  interface JobsListener {

    /**
     * Workers' keys were read.
     *
     * @param askedAt when they were requested
     */
    void found(Set<String> asked, Map<String, JobInHand> jobs, Tick askedAt);
  }

  private record JobsQuestion(Set<String> names, Tick askedAt) {}

  /**
   * Most requests that wait while Redis hangs. The caller repeats a request that gets no answer.
   */
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

  /** Requests the current jobs of these workers. Never blocks. */
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
        } catch (RuntimeException | LinkageError e) { // no answer: the caller handles that
          disconnect();
        }
      }
    } catch (InterruptedException e) {
      disconnect();
    }
  }

  /** Answers all waiting requests with one round trip. */
  private void answer(List<JobsQuestion> batch) {
    Set<String> names = new HashSet<>();
    batch.forEach(question -> names.addAll(question.names()));
    Map<String, JobInHand> jobs = read(names);
    batch.forEach(question -> listener.found(question.names(), jobs, question.askedAt()));
  }

  /** Replaces a connection that has broken since its last use. */
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
