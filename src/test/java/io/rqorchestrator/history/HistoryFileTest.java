package io.rqorchestrator.history;

import static io.rqorchestrator.time.Ticks.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.event.OrphanEvent;
import io.rqorchestrator.time.Later;
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
      file.accept(at(i), new OrphanEvent.DeadWorkerRecordRemoved("worker " + i));
    }
  }

  @Test
  void isItsOwnersAloneAlsoAfterItWasRotated() throws IOException {
    Path path = directory.resolve("history");
    HistoryFile file = new HistoryFile(path, 500, Runnable::run);
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
    HistoryFile file = new HistoryFile(path, 500, Runnable::run);
    write(file, 0, 30);
    assertThat(Files.readAllLines(path)).hasSize(30);
  }

  @Test
  void aFileThatWasTakenAwayBeginsAnew() throws IOException {
    Path path = directory.resolve("history");
    HistoryFile file = new HistoryFile(path, 10_000, Runnable::run);
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
    write(new HistoryFile(path, 10_000, Runnable::run), 0, 2);
    write(new HistoryFile(path, 10_000, Runnable::run), 2, 4);
    assertThat(Files.readAllLines(path)).hasSize(4);
  }

  @Test
  void whoeverTellsAnEventDoesNotWaitForTheDiskAndWhatIsTooMuchIsCounted() throws IOException {
    Path path = directory.resolve("history");
    Later disk = new Later();
    HistoryFile file = new HistoryFile(path, 10_000_000, disk);
    write(file, 0, HistoryFile.MOST_WAITING + 7);
    assertThat(path).isEmptyFile();
    assertThat(disk.waiting()).isEqualTo(1);
    assertThat(file.dropped()).isEqualTo(7);
    assertThat(file.isFlowing()).isFalse();

    disk.works();
    write(file, HistoryFile.MOST_WAITING + 7, HistoryFile.MOST_WAITING + 8);
    disk.works();
    assertThat(Files.readAllLines(path)).hasSize(HistoryFile.MOST_WAITING + 1);
    assertThat(Files.readString(path)).contains("worker 0\"", "worker 9999\"", "worker 10007\"");
    assertThat(file.dropped()).isEqualTo(7);
    assertThat(file.isFlowing()).isTrue();
  }

  /** As on a full disk. */
  @Test
  void whatCannotBeWrittenIsCounted() throws IOException {
    Path path = directory.resolve("history");
    HistoryFile file = new HistoryFile(path, 10_000, Runnable::run);
    Files.delete(path);
    Files.createDirectory(path);
    write(file, 0, 3);
    assertThat(file.dropped()).isEqualTo(3);
    assertThat(file.isFlowing()).isFalse();

    Files.delete(path);
    write(file, 3, 4);
    assertThat(Files.readAllLines(path)).hasSize(1);
    assertThat(file.isFlowing()).isTrue();
  }
}
