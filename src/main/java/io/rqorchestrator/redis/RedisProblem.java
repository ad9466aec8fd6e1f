package io.rqorchestrator.redis;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * What is wrong with Redis, in one line for the user, without credentials.
 *
 * @param denied whether Redis answered and refused us: wrong password, missing permission or no
 *     such database
 */
record RedisProblem(String text, boolean denied) {

  static RedisProblem of(JedisException failure, RedisSettings settings) {
    if (failure instanceof JedisAccessControlException
        || mentions(failure, "NOPERM", "NOAUTH", "WRONGPASS", "invalid password", "AUTH")) {
      return new RedisProblem(
          "Redis at "
              + settings
              + " refuses us: "
              + firstLine(failure)
              + "; check user and password of --redis-url",
          true);
    }
    if (mentions(failure, "DB index is out of range", "invalid DB index")) {
      return new RedisProblem(
          "Redis at %s has no database %d: check the number at the end of --redis-url"
              .formatted(settings, settings.database()),
          true);
    }
    if (failure instanceof JedisDataException) {
      return new RedisProblem("Redis at " + settings + " answers: " + firstLine(failure), false);
    }
    Throwable cause = rootOf(failure);
    if (hasCause(failure, SSLException.class)) {
      return new RedisProblem(
          "no TLS with "
              + settings
              + ": "
              + firstLine(cause)
              + "; ssl_ca_certs=FILE in its URL names whom to trust, ssl_cert_reqs=none asks for no"
              + " trust",
          false);
    }
    if (cause instanceof ConnectException) {
      return new RedisProblem("connection to " + settings + " refused", false);
    }
    if (isTimeout(failure)) {
      return new RedisProblem(
          "no answer from " + settings + " within " + settings.deadline().toMillis() + "ms", false);
    }
    if (cause instanceof UnknownHostException) {
      return new RedisProblem("host " + settings.host() + " is unknown", false);
    }
    return new RedisProblem("connection to " + settings + " failed: " + firstLine(cause), false);
  }

  /** Whether Redis took the question and did not answer in time. */
  static boolean isTimeout(JedisException failure) {
    return rootOf(failure) instanceof SocketTimeoutException;
  }

  /** Jedis tries every address of a host and keeps each failure as suppressed. */
  private static Throwable rootOf(Throwable failure) {
    if (failure.getCause() != null) {
      return rootOf(failure.getCause());
    }
    Throwable[] suppressed = failure.getSuppressed();
    return suppressed.length == 0 ? failure : rootOf(suppressed[0]);
  }

  private static boolean hasCause(Throwable failure, Class<? extends Throwable> kind) {
    if (kind.isInstance(failure)) {
      return true;
    }
    for (Throwable tried : failure.getSuppressed()) {
      if (hasCause(tried, kind)) {
        return true;
      }
    }
    return failure.getCause() != null && hasCause(failure.getCause(), kind);
  }

  private static boolean mentions(Throwable failure, String... words) {
    String text = String.valueOf(failure.getMessage());
    for (String word : words) {
      if (text.contains(word)) {
        return true;
      }
    }
    return false;
  }

  private static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).strip().lines().findFirst().orElse("").strip();
  }
}
