package io.rqorchestrator.redis;

import java.time.Duration;
import java.util.Optional;

/**
 * The address of Redis and the settings of the connection.
 *
 * @param tls empty for a connection without TLS
 * @param deadline how long a reply may take
 */
public record RedisSettings(
    String host,
    int port,
    Optional<TlsSettings> tls,
    int database,
    Optional<String> user,
    Optional<String> password,
    Duration deadline) {

  /** Host and port, without credentials. */
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
