package io.rqorchestrator.redis;

import java.time.Instant;
import java.util.Optional;

/**
 * Where it stands when a job in hand was begun.
 *
 * @param field {@code created_at} of an execution, seconds since the epoch, or {@code started_at}
 *     of a job
 */
record JobStart(String key, String field) {

  /** Of an execution, RQ 2 and newer. */
  static JobStart ofExecution(String jobAndExecution) {
    return new JobStart(RqKeys.execution(jobAndExecution), "created_at");
  }

  /** Of a job. */
  static JobStart ofJob(String id) {
    return new JobStart(RqKeys.job(id), "started_at");
  }

  Optional<Instant> parse(String text, RqFields fields) {
    return field.equals("created_at") ? fields.epoch(text) : fields.time(text);
  }
}
