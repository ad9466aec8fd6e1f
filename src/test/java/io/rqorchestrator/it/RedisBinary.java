package io.rqorchestrator.it;

import java.io.IOException;
import java.nio.file.Path;
import redis.embedded.core.ExecutableProvider;

/** Where a redis-server comes from: the one in the embedded-redis artifact, else the PATH's. */
final class RedisBinary {

  private RedisBinary() {}

  static String path() {
    String given = System.getenv("REDIS_SERVER");
    if (given != null && !given.isEmpty()) {
      return given;
    }
    try {
      Path unpacked = ExecutableProvider.newJarResourceProvider().get().toPath();
      Process probe = new ProcessBuilder(unpacked.toString(), "--version").start();
      if (probe.waitFor() == 0) {
        return unpacked.toString();
      }
    } catch (IOException | RuntimeException e) {
      // Not for this system: the next one.
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return "redis-server";
  }
}
