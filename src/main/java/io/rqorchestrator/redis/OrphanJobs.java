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
 * How long RQ counts the jobs of dead workers as running. Nobody renews that any more, so it is
 * looked up until it is found, and then kept.
 */
final class OrphanJobs {

  private static final String START = ScanParams.SCAN_POINTER_START;
  private static final String END = "";
  private static final ScanParams PIECE = new ScanParams().count(2000);

  /** In one sample: 300,000 running jobs take half a minute, and less than a second of Redis. */
  private static final int PIECES = 5;

  private final List<String> queues;
  private final Map<String, OrphanJob> found = new HashMap<>();

  /** How far each queue's running jobs have been read. */
  private final Map<String, String> cursors = new HashMap<>();

  /** When the marks lapse of those jobs that are looked for, as far as they have been read. */
  private final Map<String, Instant> lapses = new HashMap<>();

  OrphanJobs(List<String> queues) {
    this.queues = queues;
  }

  /**
   * Forgets whoever nobody asks for any more.
   *
   * @param jobs the jobs that dead workers held, by the worker's name
   * @return those that are still to be looked up
   */
  Map<String, String> missing(Set<String> deadNames, Map<String, String> jobs) {
    found.keySet().retainAll(deadNames);
    Map<String, String> missing = new HashMap<>(jobs);
    missing.keySet().removeAll(found.keySet());
    return missing;
  }

  /**
   * Looks for them among the running jobs of the pool's queues: nobody knows which queue a job came
   * from. Long lists of running jobs are read in pieces, and further at the next sample.
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

  /** Whatever was looked for is found, or nobody asks for it any more. */
  void rest() {
    cursors.clear();
    lapses.clear();
  }

  private boolean isWhole() {
    return queues.stream().allMatch(queue -> END.equals(cursors.get(queue)));
  }

  /** Of a job that is listed twice, RQ takes hold as soon as the first mark lapses. */
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

  /** {@code JOB} up to RQ 1, {@code JOB:EXECUTION} since. */
  private static Optional<String> jobOf(String mark, Set<String> jobs) {
    int colon = mark.lastIndexOf(':');
    String job = colon > 0 ? mark.substring(0, colon) : mark;
    return Stream.of(mark, job).filter(jobs::contains).findFirst();
  }

  /** Lists of running jobs that are still to be read to their ends. */
  int leftOut() {
    return (int) cursors.values().stream().filter(cursor -> !cursor.equals(END)).count();
  }

  /** What is known so far, by the worker's name. */
  Map<String, OrphanJob> found() {
    return Map.copyOf(found);
  }
}
