package io.rqorchestrator.redis;

import java.time.Instant;
import java.util.Optional;

/**
 * The field in Redis that holds the time at which a current job started.
 *
 * @param field {@code created_at} of an execution, seconds since the epoch, or {@code started_at}
 *     of a job
 */
record JobStart(String key, String field) {

  /** The field of an execution, in RQ 2 and newer. */
  static JobStart ofExecution(String jobAndExecution) {
    return new JobStart(RqKeys.execution(jobAndExecution), "created_at");
  }

  /** The field of a job. */
  static JobStart ofJob(String id) {
    return new JobStart(RqKeys.job(id), "started_at");
  }

  Optional<Instant> parse(String text, RqFields fields) {
    return field.equals("created_at") ? fields.epoch(text) : fields.time(text);
  }
}
