package io.rqorchestrator.redis;

import java.time.Duration;
import java.util.Optional;

/**
 * How to reach Redis.
 *
 * @param deadline how long one answer may take
 */
public record RedisSettings(
    String host,
    int port,
    boolean tls,
    int database,
    Optional<String> user,
    Optional<String> password,
    Duration deadline) {

  /** Host and port; the password is nobody's business. */
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
