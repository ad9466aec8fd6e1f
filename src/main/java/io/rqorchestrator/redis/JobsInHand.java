package io.rqorchestrator.redis;

import io.rqorchestrator.rq.JobInHand;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;

/** Reads from the workers' own keys which job each worker holds, in one round trip for all. */
final class JobsInHand {

  /** RQ's own ids are shorter than this; longer ones are cut. */
  private static final int LONGEST_ID = 1000;

  private static final String[] HOST = {"job", "busy_since"};
  private static final String[] RECORD = {"state", "current_job"};

  private record WorkerKeys(
      Response<List<String>> host,
      Response<List<String>> record,
      Response<List<String>> executions) {}

  private JobsInHand() {}

  /** The jobs found, by the worker's name; workers without any key in Redis are missing. */
  static Map<String, JobInHand> read(Jedis jedis, Collection<String> names) {
    Map<String, WorkerKeys> questions = new HashMap<>();
    Pipeline pipeline = jedis.pipelined();
    for (String name : names) {
      questions.put(
          name,
          new WorkerKeys(
              pipeline.hmget(RqKeys.host(name), HOST),
              pipeline.hmget(RqKeys.worker(name), RECORD),
              pipeline.srandmember(RqKeys.executions(name), 1)));
    }
    pipeline.sync();
    RqFields fields = new RqFields();
    Map<String, JobInHand> found = new HashMap<>();
    questions.forEach(
        (name, question) -> parse(question, fields).ifPresent(job -> found.put(name, job)));
    return found;
  }

  private static Optional<JobInHand> parse(WorkerKeys question, RqFields fields) {
    List<@Nullable String> host = Answers.value(question.host(), fields).orElse(List.of());
    List<@Nullable String> record = Answers.value(question.record(), fields).orElse(List.of());
    Optional<String> execution =
        Answers.value(question.executions(), fields).orElse(List.of()).stream().findFirst();
    String id =
        at(host, 0)
            .or(() -> at(record, 1))
            .or(() -> execution.map(JobsInHand::jobOf))
            .map(text -> text.substring(0, Math.min(LONGEST_ID, text.length())))
            .orElse("");
    boolean busy =
        !id.isEmpty() || at(host, 1).isPresent() || at(record, 0).equals(Optional.of("busy"));
    boolean nothing = isBlank(host) && isBlank(record) && execution.isEmpty();
    return nothing ? Optional.empty() : Optional.of(new JobInHand(busy, id));
  }

  private static boolean isBlank(List<@Nullable String> values) {
    return values.stream().allMatch(value -> value == null);
  }

  private static Optional<String> at(List<@Nullable String> values, int index) {
    return index < values.size() ? RqFields.text(values.get(index)) : Optional.empty();
  }

  /** The job's id in {@code JOB:EXECUTION}, the format of RQ 3. */
  static String jobOf(String execution) {
    int colon = execution.lastIndexOf(':');
    return colon > 0 ? execution.substring(0, colon) : execution;
  }
}
