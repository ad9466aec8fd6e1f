package io.rqorchestrator.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolLockTest {

  private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
  private static final FileTime OLD = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

  @TempDir Path directory;

  /** Otherwise a cleaner of temporary files might remove it. */
  @Test
  void itsFileIsWrittenAnewOnceAnHour() throws Exception {
    Path file = directory.resolve("0123.lock");
    try (PoolLock lock = PoolLock.take(directory, "0123")) {
      lock.keep(NOON, Runnable::run);
      Files.setLastModifiedTime(file, OLD);
      lock.keep(NOON.plus(Duration.ofMinutes(59)), Runnable::run);
      assertThat(Files.getLastModifiedTime(file)).isEqualTo(OLD);

      lock.keep(NOON.plus(Duration.ofMinutes(60)), Runnable::run);
      assertThat(Files.getLastModifiedTime(file)).isGreaterThan(OLD);
      assertThat(file).hasContent("" + ProcessHandle.current().pid());
    }
  }

  /** A cleaner takes the newest of all times of a file. */
  @Test
  void thePoolsOtherFilesAreTouchedWithIt() throws Exception {
    try (PoolLock lock = PoolLock.take(directory, "0123")) {
      List<Path> others = new ArrayList<>();
      for (String name : List.of("0123.sock", "0123.state", "0123.override")) {
        others.add(Files.writeString(directory.resolve(name), "kept"));
      }
      Path foreign = Files.writeString(directory.resolve("4567.state"), "another pool's");
      Map<Path, FileTime> before = new HashMap<>();
      others.forEach(file -> before.put(file, changed(file)));
      before.put(foreign, changed(foreign));
      awaitLaterThan(before.values());

      lock.keep(NOON, Runnable::run);
      assertThat(others)
          .allSatisfy(file -> assertThat(changed(file)).isGreaterThan(before.get(file)))
          .allSatisfy(file -> assertThat(file).hasContent("kept"));
      assertThat(changed(foreign)).isEqualTo(before.get(foreign));

      Files.delete(others.get(2));
      lock.keep(NOON.plus(Duration.ofHours(1)), Runnable::run);
      assertThat(others.get(2)).as("none is made").doesNotExist();
    }
  }

  /** The file system's clock is coarse. */
  private void awaitLaterThan(Collection<FileTime> times) throws IOException {
    Path probe = directory.resolve("probe");
    do {
      Files.writeString(probe, "");
    } while (changed(probe).compareTo(Collections.max(times)) <= 0);
  }

  private static FileTime changed(Path file) {
    try {
      return (FileTime) Files.getAttribute(file, "unix:ctime");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
