package io.rqorchestrator.redis;

import java.util.Optional;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;

/** Takes apart what Redis answers. */
final class Answers {

  private Answers() {}

  /**
   * An answer's value. A key of the wrong type is unreadable, no more. Every other error is Redis's
   * state or the user's to mend (LOADING, MASTERDOWN, NOPERM): what it keeps from us must not pass
   * for empty queues.
   *
   * @throws JedisDataException if Redis refused to answer
   */
  static <T> Optional<T> value(Response<T> response, RqFields fields) {
    try {
      return Optional.ofNullable(response.get());
    } catch (JedisDataException e) {
      if (!String.valueOf(e.getMessage()).startsWith("WRONGTYPE")) {
        throw e;
      }
      fields.countUnreadable();
      return Optional.empty();
    }
  }
}
