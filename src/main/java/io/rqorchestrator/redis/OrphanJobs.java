package io.rqorchestrator.redis;

import io.rqorchestrator.rq.OrphanJob;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;
import redis.clients.jedis.resps.Tuple;

/**
 * How long RQ counts the jobs of dead workers as running. A dead worker no longer renews that time,
 * so it is read until it is found, and then kept.
 */
final class OrphanJobs {

  private static final String START = ScanParams.SCAN_POINTER_START;
  private static final String END = "";
  private static final ScanParams PIECE = new ScanParams().count(2000);

  /**
   * Pieces read per sample: 300,000 running jobs take half a minute, and less than a second of
   * Redis' time.
   */
  private static final int PIECES = 5;

  private final List<String> queues;
  private final Map<String, OrphanJob> found = new HashMap<>();

  /** How far each queue's running jobs have been read. */
  private final Map<String, String> cursors = new HashMap<>();

  /** Until when the wanted jobs count as running, as far as the lists have been read. */
  private final Map<String, Instant> lapses = new HashMap<>();

  OrphanJobs(List<String> queues) {
    this.queues = queues;
  }

  /**
   * Forgets workers that are no longer requested, and returns the jobs that are not found yet.
   *
   * @param jobs the jobs of dead workers, by the worker's name
   * @return the jobs that must still be found, by the worker's name
   */
  Map<String, String> missing(Set<String> deadNames, Map<String, String> jobs) {
    found.keySet().retainAll(deadNames);
    Map<String, String> missing = new HashMap<>(jobs);
    missing.keySet().removeAll(found.keySet());
    return missing;
  }

  /**
   * Searches the running jobs of all the pool's queues, because the queue of a job is not known.
   * Long lists of running jobs are read in pieces; the next sample continues.
   */
  void look(Jedis jedis, Map<String, String> missing, RqFields fields) {
    if (missing.isEmpty()) {
      return;
    }
    for (int i = 0; i < PIECES && !isWhole(); i++) {
      Pipeline pipeline = jedis.pipelined();
      Map<String, Response<ScanResult<Tuple>>> answers = new HashMap<>();
      for (String queue : queues) {
        String cursor = cursors.getOrDefault(queue, START);
        if (!cursor.equals(END)) {
          answers.put(queue, pipeline.zscan(RqKeys.running(queue), cursor, PIECE));
        }
      }
      pipeline.sync();
      answers.forEach((queue, answer) -> take(queue, answer, Set.copyOf(missing.values()), fields));
    }
    if (isWhole()) {
      missing.forEach(
          (worker, job) -> {
            Instant until = lapses.get(job);
            if (until != null) {
              found.put(worker, new OrphanJob(job, until));
            }
          });
      rest();
    }
  }

  /** Ends the search: every job was found, or is no longer requested. */
  void rest() {
    cursors.clear();
    lapses.clear();
  }

  private boolean isWhole() {
    return queues.stream().allMatch(queue -> END.equals(cursors.get(queue)));
  }

  /**
   * If a job is listed twice, the earlier time counts: RQ acts on the job when the first entry
   * expires.
   */
  private void take(
      String queue, Response<ScanResult<Tuple>> answer, Set<String> jobs, RqFields fields) {
    Optional<ScanResult<Tuple>> piece = Answers.value(answer, fields);
    String cursor = piece.map(ScanResult::getCursor).orElse(START);
    cursors.put(queue, cursor.equals(START) ? END : cursor);
    for (Tuple mark : piece.map(ScanResult::getResult).orElse(List.of())) {
      jobOf(mark.getElement(), jobs)
          .ifPresent(
              job ->
                  fields
                      .epoch(Double.toString(mark.getScore()))
                      .ifPresent(
                          until ->
                              lapses.merge(
                                  job, until, (one, two) -> one.isBefore(two) ? one : two)));
    }
  }

  /** The wanted job in an entry: {@code JOB} up to RQ 1, {@code JOB:EXECUTION} since. */
  private static Optional<String> jobOf(String mark, Set<String> jobs) {
    int colon = mark.lastIndexOf(':');
    String job = colon > 0 ? mark.substring(0, colon) : mark;
    return Stream.of(mark, job).filter(jobs::contains).findFirst();
  }

  /** The number of lists of running jobs that are not read completely yet. */
  int leftOut() {
    return (int) cursors.values().stream().filter(cursor -> !cursor.equals(END)).count();
  }

  /** The jobs found so far, by the worker's name. */
  Map<String, OrphanJob> found() {
    return Map.copyOf(found);
  }
}
