package io.rqorchestrator.cli;

import io.rqorchestrator.config.PoolSettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Which pool this is: the same daemon started again is the same pool.
 *
 * @param name for people
 * @param id twelve hexadecimal digits, for files and marks
 */
record PoolIdentity(String name, String id) {

  /** From {@code --name}, else from host, Redis without its credentials, and queues. */
  static PoolIdentity of(PoolSettings settings, String hostname) {
    String queues = String.join(",", settings.queues());
    String derived = hostname + " " + settings.redis() + " " + queues;
    return new PoolIdentity(
        settings.name().orElse(queues), digest(settings.name().orElse(derived)));
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** What RQ's names of this pool's workers begin with. */
  String workerPrefix() {
    return name.replaceAll("[^A-Za-z0-9._-]", "_");
  }
}
