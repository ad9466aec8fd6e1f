package io.rqorchestrator.redis;

import io.rqorchestrator.rq.OrphanJob;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.resps.Tuple;

/**
 * How long RQ counts the jobs of dead workers as running. Nobody renews that any more, so it is
 * looked up until it is found, and then kept.
 */
final class OrphanJobs {

  private final List<String> queues;
  private final Map<String, OrphanJob> found = new HashMap<>();

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

  /** Asks for all running jobs of the pool's queues: nobody knows which queue a job came from. */
  List<Response<List<Tuple>>> ask(Pipeline pipeline) {
    return queues.stream()
        .map(queue -> pipeline.zrangeWithScores(RqKeys.running(queue), 0, -1))
        .toList();
  }

  /** Takes in the answer. */
  void take(Map<String, String> missing, List<Response<List<Tuple>>> answers, RqFields fields) {
    List<Tuple> running =
        answers.stream()
            .flatMap(answer -> Answers.value(answer, fields).orElse(List.of()).stream())
            .toList();
    missing.forEach(
        (worker, job) ->
            countedUntil(job, running, fields)
                .ifPresent(until -> found.put(worker, new OrphanJob(job, until))));
  }

  /** Of a job that is listed twice, RQ takes hold as soon as the first mark lapses. */
  private static Optional<Instant> countedUntil(String job, List<Tuple> running, RqFields fields) {
    return running.stream()
        .filter(mark -> isOf(job, mark.getElement()))
        .flatMap(mark -> fields.epoch(Double.toString(mark.getScore())).stream())
        .min(Instant::compareTo);
  }

  /** {@code JOB} up to RQ 1, {@code JOB:EXECUTION} since. */
  private static boolean isOf(String job, String mark) {
    int colon = mark.lastIndexOf(':');
    return mark.equals(job) || (colon > 0 && mark.substring(0, colon).equals(job));
  }

  /** What is known so far, by the worker's name. */
  Map<String, OrphanJob> found() {
    return Map.copyOf(found);
  }
}
