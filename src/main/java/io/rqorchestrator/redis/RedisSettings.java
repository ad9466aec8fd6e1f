package io.rqorchestrator.redis;

import java.time.Duration;
import java.util.Optional;

/**
 * How to reach Redis.
 *
 * @param tls empty for a connection in the clear
 * @param deadline how long one answer may take
 */
public record RedisSettings(
    String host,
    int port,
    Optional<TlsSettings> tls,
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
