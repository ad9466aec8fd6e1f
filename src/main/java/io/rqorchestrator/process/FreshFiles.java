package io.rqorchestrator.process;

import io.rqorchestrator.time.Tick;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a pool's files from being taken for forgotten ones: the runtime directory may lie in {@code
 * /tmp}, where systemd-tmpfiles removes what nobody has touched for ten days. Without its lock, a
 * second daemon of the pool would be let in.
 */
final class FreshFiles {

  private static final Logger LOG = LoggerFactory.getLogger(FreshFiles.class);
  private static final Duration EVERY = Duration.ofHours(1);

  private final Path directory;
  private final String poolId;
  private @Nullable Tick touched;

  FreshFiles(Path directory, String poolId) {
    this.directory = directory;
    this.poolId = poolId;
  }

  /** Touches them, if it is time to. */
  void keep(Tick now) {
    if (touched != null && !now.hasPassed(EVERY, touched)) {
      return;
    }
    touched = now;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, poolId + "*")) {
      for (Path file : files) {
        Files.setLastModifiedTime(file, FileTime.from(now.wall()));
      }
    } catch (IOException e) {
      LOG.debug("the pool's files cannot be touched: {}", "" + e);
    }
  }
}
