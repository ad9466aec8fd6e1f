package io.rqorchestrator.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolLockTest {

  private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
  private static final FileTime OLD = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

  @TempDir Path directory;

  /** No cleaner of temporary files is to take it for a forgotten one. */
  @Test
  void itsFileIsWrittenAnewOnceAnHour() throws Exception {
    Path file = directory.resolve("0123.lock");
    try (PoolLock lock = PoolLock.take(directory, "0123", "shop")) {
      lock.keep(NOON);
      Files.setLastModifiedTime(file, OLD);
      lock.keep(NOON.plus(Duration.ofMinutes(59)));
      assertThat(Files.getLastModifiedTime(file)).isEqualTo(OLD);

      lock.keep(NOON.plus(Duration.ofMinutes(60)));
      assertThat(Files.getLastModifiedTime(file)).isGreaterThan(OLD);
      assertThat(file).hasContent("" + ProcessHandle.current().pid());
    }
  }
}
