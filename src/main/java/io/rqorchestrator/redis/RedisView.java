package io.rqorchestrator.redis;

import io.rqorchestrator.rq.HandedJob;
import io.rqorchestrator.rq.HandedLook;
import io.rqorchestrator.rq.HandedQuestion;
import io.rqorchestrator.rq.JobInHand;
import io.rqorchestrator.rq.PutBack;
import io.rqorchestrator.rq.RqRecords;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqView;
import io.rqorchestrator.time.DurationMath;
import io.rqorchestrator.time.Tick;
import io.rqorchestrator.time.TickSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Reads RQ's state from Redis on its own thread with a deadline, so that a hung Redis does not
 * block the supervisor.
 */
public final class RedisView implements RqView, RqRecords, AutoCloseable {

  /** Receives the answers; called from the sampler's thread. */
  public interface SampleListener {

    /** A sample was taken. */
    void taken(RqSnapshot snapshot);

    /**
     * A sample could not be taken.
     *
     * @param problem the error, for the user
     * @param denied whether Redis answered and refused us
     */
    void failed(String problem, boolean denied);

    /**
     * The workers' own keys were read. Called from another thread than the other methods.
     *
     * @param asked names of all requested workers
     * @param jobs the jobs found, by worker name
     * @param askedAt when they were requested
     */
    void jobsFound(Set<String> asked, Map<String, JobInHand> jobs, Tick askedAt);

    /**
     * A search for jobs that were handed to dead workers has ended. Called from its own thread.
     *
     * @param look what was found; empty if Redis did not answer
     * @param askedAt when it was requested
     */
    void handedFound(Optional<HandedLook> look, Tick askedAt);

    /** An attempt to put a job back has ended. Called from the same thread. */
    void putBack(HandedJob job, PutBack outcome);
  }

  /** The workers to read, those of them that died, and whether to read workers on other queues. */
  private record SampleRequest(Set<String> names, Set<String> dead, boolean everywhere) {}

  private static final Duration FIRST_RETRY = Duration.ofMillis(500);

  private final RedisSettings settings;
  private final SampleReader reader;
  private final List<String> queues;
  private final Set<String> recordsToRemove = ConcurrentHashMap.newKeySet();
  private final TickSource ticks;
  private final SampleListener listener;
  private final ArrayBlockingQueue<SampleRequest> requests = new ArrayBlockingQueue<>(1);
  private final RedisJobs jobs;
  private final RedisHanded handed;
  private final Thread thread = new Thread(this::serve, "sampler");
  private @Nullable RedisConnection connection;
  private Duration retry = FIRST_RETRY;
  private @Nullable Tick retryAt;

  /**
   * @param queues the pool's queues in priority order
   */
  public RedisView(
      RedisSettings settings, List<String> queues, TickSource ticks, SampleListener listener) {
    this.settings = settings;
    this.reader = new SampleReader(queues, ticks);
    this.queues = List.copyOf(queues);
    this.ticks = ticks;
    this.listener = listener;
    this.jobs = new RedisJobs(settings, listener::jobsFound);
    this.handed =
        new RedisHanded(settings, queues, ticks, listener::handedFound, listener::putBack);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void requestSample(Set<String> workerNames, Set<String> deadNames, boolean everywhere) {
    // One request may wait while the thread handles another; more would bring nothing new.
    boolean unused = requests.offer(new SampleRequest(workerNames, deadNames, everywhere));
  }

  @Override
  public void requestJobs(Set<String> workerNames, Tick now) {
    jobs.ask(workerNames, now);
  }

  @Override
  public void requestHanded(HandedQuestion question, Tick now) {
    handed.ask(question, now);
  }

  @Override
  public void putBack(HandedJob job) {
    handed.putBack(job);
  }

  @Override
  public void remove(Set<String> workerNames) {
    recordsToRemove.addAll(workerNames);
  }

  private void serve() {
    try {
      while (true) {
        SampleRequest request = requests.take();
        if (retryAt == null || !ticks.now().isBefore(retryAt)) {
          sample(request);
        }
      }
    } catch (InterruptedException e) {
      finish();
    }
  }

  private void sample(SampleRequest request) {
    try {
      ask(request);
    } catch (RuntimeException
        | LinkageError e) { // LinkageError: the jar may have been replaced while the daemon runs
      disconnect();
      listener.failed("unexpected answer: " + e, false);
    }
  }

  private void ask(SampleRequest request) {
    try {
      RqSnapshot snapshot = read(request);
      removeRecords();
      retry = FIRST_RETRY;
      retryAt = null;
      listener.taken(snapshot);
    } catch (JedisException e) {
      disconnect();
      retryAt = ticks.now().plus(retry);
      retry = DurationMath.min(retry.multipliedBy(2), LONGEST_RETRY);
      RedisProblem problem = RedisProblem.of(e, settings);
      listener.failed(problem.text(), problem.denied());
    }
  }

  /**
   * Reads a sample. If the connection has broken since the last sample, a new one is tried before
   * the failure is reported: Redis may have been restarted, or have closed an idle connection.
   */
  private RqSnapshot read(SampleRequest request) {
    if (connection != null) {
      try {
        return reader.read(
            connection.begin(), request.names(), request.dead(), request.everywhere());
      } catch (JedisConnectionException e) {
        if (RedisProblem.isTimeout(e)) {
          throw e;
        }
        disconnect();
      }
    }
    connection = new RedisConnection(settings);
    return reader.read(connection.begin(), request.names(), request.dead(), request.everywhere());
  }

  /**
   * Does nothing without a connection; repeated after each sample until all records are removed.
   */
  private void removeRecords() {
    if (connection == null) {
      return;
    }
    Jedis redis = connection.begin();
    for (String name : Set.copyOf(recordsToRemove)) {
      Pipeline pipeline = redis.pipelined();
      String record = RqKeys.worker(name);
      pipeline.srem(RqKeys.WORKERS, record);
      queues.forEach(queue -> pipeline.srem(RqKeys.workersOf(queue), record));
      Response<Long> removed = pipeline.del(record, RqKeys.executions(name), RqKeys.host(name));
      pipeline.sync();
      try {
        long unused = removed.get();
        recordsToRemove.remove(name);
      } catch (JedisDataException e) {
        return; // read-only or not permitted: try again later
      }
    }
  }

  private void finish() {
    try {
      removeRecords();
    } catch (JedisException e) {
      // RQ's own clean-up will remove them.
    } finally {
      disconnect();
    }
  }

  private void disconnect() {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  /** Waits until the records of dead workers are removed, but no longer than the deadline. */
  @Override
  public void close() {
    jobs.close();
    handed.close();
    thread.interrupt();
    try {
      if (!recordsToRemove.isEmpty()) {
        thread.join(settings.deadline().toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
