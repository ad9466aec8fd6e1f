package io.rqorchestrator.setup;

import io.rqorchestrator.config.PoolSettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The name and the id of a pool. A daemon that is started again with the same options runs the same
 * pool.
 *
 * @param name for people
 * @param id twelve hexadecimal digits, for the names of files and the environment of workers
 */
public record PoolIdentity(String name, String id) {

  /** The id comes from {@code --name}, else from host, Redis without credentials, and queues. */
  public static PoolIdentity of(PoolSettings settings, String hostname) {
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

  /** The beginning of the names that this pool's workers have in RQ. */
  public String workerPrefix() {
    return name.replaceAll("[^A-Za-z0-9._-]", "_");
  }
}
