package io.rqorchestrator.redis;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;

/**
 * What was asked about one worker.
 *
 * @param record RQ's fields of it
 * @param host what the worker host publishes of it
 * @param executions jobs in hand; not asked of a worker in our host, which says so itself
 */
record WorkerAnswer(
    String name,
    Response<List<String>> record,
    Response<List<String>> host,
    @Nullable Response<Set<String>> executions) {

  /**
   * Asks.
   *
   * @param hosted whether it is known to run in our worker host
   * @param hostFields what to ask of what its host publishes
   */
  static WorkerAnswer ask(Pipeline pipeline, String name, boolean hosted, String[] hostFields) {
    return new WorkerAnswer(
        name,
        pipeline.hmget(RqKeys.worker(name), RqKeys.WORKER_FIELDS),
        pipeline.hmget(RqKeys.host(name), hostFields),
        hosted ? null : pipeline.smembers(RqKeys.executions(name)));
  }

  /** Reads the answers, once they are there. */
  WorkerFields read(String[] hostFields, RqFields fields) {
    return new WorkerFields(
        name,
        named(RqKeys.WORKER_FIELDS, record, fields),
        named(hostFields, host, fields),
        executions == null ? null : Answers.value(executions, fields).orElse(Set.of()));
  }

  /** The values that are there, by field. */
  private static Map<String, String> named(
      String[] names, Response<List<String>> answer, RqFields fields) {
    Map<String, String> present = new HashMap<>(32);
    List<@Nullable String> values = Answers.value(answer, fields).orElse(List.of());
    for (int i = 0; i < values.size(); i++) {
      String text = values.get(i);
      if (text != null) {
        present.put(names[i], text);
      }
    }
    return present;
  }
}
