package io.rqorchestrator.redis;

import io.rqorchestrator.time.DurationText;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A problem with Redis, in one line for the user, without credentials.
 *
 * @param denied whether Redis answered with one of the errors in {@link Refusal}
 */
record RedisProblem(String text, boolean denied) {

  private static final Pattern CLOSED =
      Pattern.compile("Unexpected end of stream|Connection reset|Broken pipe|Socket closed");

  static RedisProblem of(JedisException failure, RedisSettings settings) {
    if (failure instanceof JedisDataException) {
      Optional<Refusal> refusal = Refusal.of(String.valueOf(failure.getMessage()));
      if (refusal.isPresent()) {
        return new RedisProblem(
            "Redis at %s refuses us: %s; %s"
                .formatted(settings, firstLine(failure), refusal.get().remedy()),
            true);
      }
      return new RedisProblem("Redis at " + settings + " answers: " + firstLine(failure), false);
    }
    Throwable cause = rootOf(failure);
    if (hasCause(failure, SSLException.class)) {
      return new RedisProblem(
          "TLS with "
              + settings
              + " failed: "
              + firstLine(cause)
              + "; in its URL, ssl_ca_certs=FILE names the authorities to trust, ssl_cert_reqs=none"
              + " trusts any certificate",
          false);
    }
    if (cause instanceof ConnectException) {
      return new RedisProblem("connection to " + settings + " refused", false);
    }
    if (isTimeout(failure)) {
      return new RedisProblem(
          "no answer from " + settings + " within " + DurationText.of(settings.deadline()), false);
    }
    if (cause instanceof UnknownHostException) {
      return new RedisProblem("host " + settings.host() + " is unknown", false);
    }
    if (isClosed(cause)) {
      return new RedisProblem("Redis at " + settings + " closed the connection", false);
    }
    return new RedisProblem("connection to " + settings + " failed: " + firstLine(cause), false);
  }

  /**
   * Whether Redis has closed the connection. Jedis and Java have several texts for that, and which
   * of them comes is chance. One text for all of them keeps the log from reporting a new problem
   * each time.
   */
  private static boolean isClosed(Throwable cause) {
    return CLOSED.matcher(String.valueOf(cause.getMessage())).lookingAt();
  }

  /** Whether Redis accepted the request and did not answer in time. */
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

  private static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).strip().lines().findFirst().orElse("").strip();
  }
}
