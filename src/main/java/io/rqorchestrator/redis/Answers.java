package io.rqorchestrator.redis;

import java.util.Optional;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;

/** Reads the replies of Redis. */
final class Answers {

  private Answers() {}

  /**
   * The value of a reply. A key of the wrong type counts as unreadable. Every other error (such as
   * LOADING, MASTERDOWN, NOPERM) is thrown: it is a state of Redis or a wrong setting, and its
   * missing data must not look like empty queues.
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
