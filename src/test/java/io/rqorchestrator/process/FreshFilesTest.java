package io.rqorchestrator.process;

import static io.rqorchestrator.time.Ticks.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.time.Tick;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreshFilesTest {

  private static final FileTime OLD = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

  @TempDir Path directory;

  private FreshFiles fresh;

  @BeforeEach
  void begin() throws IOException {
    for (String name : new String[] {"0123.lock", "0123.state", "4567.lock"}) {
      Files.setLastModifiedTime(Files.createFile(directory.resolve(name)), OLD);
    }
    fresh = new FreshFiles(directory, "0123");
  }

  private FileTime touched(String name) throws IOException {
    return Files.getLastModifiedTime(directory.resolve(name));
  }

  private static FileTime wall(Tick tick) {
    return FileTime.from(tick.wall());
  }

  @Test
  void aPoolsFilesAreTouchedAndThoseOfOthersAreNot() throws IOException {
    fresh.keep(at(0));

    assertThat(touched("0123.lock")).isEqualTo(wall(at(0)));
    assertThat(touched("0123.state")).isEqualTo(wall(at(0)));
    assertThat(touched("4567.lock")).isEqualTo(OLD);
  }

  @Test
  void theyAreTouchedOnceAnHour() throws IOException {
    fresh.keep(at(0));
    fresh.keep(at(3599));
    assertThat(touched("0123.lock")).isEqualTo(wall(at(0)));

    fresh.keep(at(3600));
    assertThat(touched("0123.lock")).isEqualTo(wall(at(3600)));
  }

  @Test
  void aDirectoryThatIsGoneIsNoTrouble() throws IOException {
    new FreshFiles(directory.resolve("none"), "0123").keep(at(0));
  }
}
