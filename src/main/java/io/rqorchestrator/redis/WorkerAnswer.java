package io.rqorchestrator.redis;

import io.rqorchestrator.time.Tick;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/**
 * The requests for one worker.
 *
 * @param record RQ's fields of the worker
 * @param host the fields that its worker host publishes
 * @param executions its current executions; null for a worker in our host, which publishes its
 *     current job itself
 */
record WorkerAnswer(
    String name, Fields record, Fields host, @Nullable Response<ScanResult<String>> executions) {

  /** A worker does one job at a time. */
  private static final ScanParams FEW = new ScanParams().count(10);

  /**
   * The requested fields of one key.
   *
   * @param values null if no field was requested
   */
  private record Fields(String key, List<String> names, @Nullable Response<List<String>> values) {

    static Fields ask(
        Pipeline pipeline, String key, String[] all, LongValues longValues, Tick now) {
      String[] names = longValues.wanted(key, all, now);
      return new Fields(key, List.of(names), names.length == 0 ? null : pipeline.hmget(key, names));
    }

    /** The values that exist, by field. */
    Map<String, String> present(LongValues longValues, Tick now, RqFields fields) {
      Map<String, String> present = new HashMap<>(32);
      List<@Nullable String> answer =
          values == null ? List.of() : Answers.value(values, fields).orElse(List.of());
      for (int i = 0; i < answer.size(); i++) {
        String text = answer.get(i);
        if (BoundedReplies.TOO_LONG.equals(text)) {
          longValues.add(key, names.get(i), now);
        } else if (text != null) {
          present.put(names.get(i), text);
        }
      }
      return present;
    }
  }

  /**
   * Sends the requests.
   *
   * @param hosted whether the worker is known to run in our worker host
   * @param hostFields the fields to read from the host's key
   */
  static WorkerAnswer ask(
      Pipeline pipeline,
      String name,
      boolean hosted,
      String[] hostFields,
      LongValues longValues,
      Tick now) {
    return new WorkerAnswer(
        name,
        Fields.ask(pipeline, RqKeys.worker(name), RqKeys.WORKER_FIELDS, longValues, now),
        Fields.ask(pipeline, RqKeys.host(name), hostFields, longValues, now),
        hosted
            ? null
            : pipeline.sscan(RqKeys.executions(name), ScanParams.SCAN_POINTER_START, FEW));
  }

  /** Reads the replies. To be called after the round trip. */
  WorkerFields read(LongValues longValues, Tick now, RqFields fields) {
    return new WorkerFields(
        name,
        record.present(longValues, now, fields),
        host.present(longValues, now, fields),
        executions == null
            ? null
            : Answers.value(executions, fields)
                .map(ScanResult::getResult)
                .orElse(List.of())
                .stream()
                .filter(id -> !id.equals(BoundedReplies.TOO_LONG))
                .collect(Collectors.toSet()));
  }
}
