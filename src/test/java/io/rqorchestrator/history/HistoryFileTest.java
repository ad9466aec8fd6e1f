package io.rqorchestrator.history;

import static io.rqorchestrator.time.Ticks.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.event.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryFileTest {

  @TempDir private Path directory;

  static void write(HistoryFile file, int from, int to) {
    for (int i = from; i < to; i++) {
      file.accept(at(i), new Event.GhostRemoved("worker " + i));
    }
  }

  @Test
  void isItsOwnersAloneAlsoAfterItWasRotated() throws IOException {
    Path path = directory.resolve("history");
    HistoryFile file = new HistoryFile(path, 500);
    write(file, 0, 30);

    for (Path each : new Path[] {path, directory.resolve("history.1")}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
          .isEqualTo("rw-------");
      assertThat(Files.size(each)).isLessThanOrEqualTo(500);
    }
    assertThat(Files.readString(path)).endsWith("\"name\":\"worker 29\"}\n");
    assertThat(directory).isDirectoryNotContaining("glob:**.2");
  }

  /** As where root has made a file in a directory of its own for the daemon's user. */
  @Test
  void whatCannotBeRotatedGrowsOn() throws IOException {
    Path path = directory.resolve("history");
    Files.createDirectories(directory.resolve("history.1/in the way"));
    HistoryFile file = new HistoryFile(path, 500);
    write(file, 0, 30);
    assertThat(Files.readAllLines(path)).hasSize(30);
  }

  @Test
  void aFileThatWasTakenAwayBeginsAnew() throws IOException {
    Path path = directory.resolve("history");
    HistoryFile file = new HistoryFile(path, 10_000);
    write(file, 0, 2);
    Files.move(path, directory.resolve("elsewhere"));
    write(file, 2, 3);
    assertThat(Files.readAllLines(path)).hasSize(1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
  }

  @Test
  void goesOnWhereAnEarlierDaemonLeftOff() throws IOException {
    Path path = directory.resolve("history");
    write(new HistoryFile(path, 10_000), 0, 2);
    write(new HistoryFile(path, 10_000), 2, 4);
    assertThat(Files.readAllLines(path)).hasSize(4);
  }
}
