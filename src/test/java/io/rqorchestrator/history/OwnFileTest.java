package io.rqorchestrator.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rqorchestrator.history.OwnFile.FileOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnFileTest {

  private static final int ROOT = 0;
  private static final int RQ = 999;

  @TempDir private Path directory;

  /** Modes as stat has them, in octal; a file of mode 0 is not there. */
  private static String objection(int me, int owner, String directory, int of, String file) {
    int mode = Integer.parseInt(file, 8);
    return OwnFile.objection(
            me,
            new FileOwner(owner, Integer.parseInt(directory, 8)),
            mode == 0 ? Optional.empty() : Optional.of(new FileOwner(of, mode)))
        .orElse("");
  }

  @ParameterizedTest
  @CsvSource({
    "999, 040755, 0, 0", // its own directory
    "999, 040755, 999, 100644",
    "999, 040775, 999, 100664", // of a group of its own
    "1000, 040775, 999, 100664", // in the directory of whoever deploys
    "0, 040755, 999, 100600", // as root has prepared it in /var/log
    "0, 041777, 0, 0", // /tmp
    "0, 041777, 999, 100644",
    "0, 041777, 999, 120777", // its own link
    "0, 040777, 999, 100600", // a volume
  })
  void aUserFillsWhatIsItsOwn(int owner, String directory, int of, String file) {
    assertThat(objection(RQ, owner, directory, of, file)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 041777, 1000, 100666, belongs to another user (uid 1000)",
    "0, 041777, 1000, 120777, belongs to another user (uid 1000)",
    "0, 041777, 999, 100666, can be written by other users",
    "0, 041777, 999, 100660, can be written by other users",
    "0, 040777, 1000, 100666, belongs to another user (uid 1000)",
    "999, 040755, 1000, 100600, belongs to another user (uid 1000)",
    "999, 040755, 1000, 120777, belongs to another user (uid 1000)",
    "1000, 040775, 1000, 100664, belongs to another user (uid 1000)",
    "999, 040755, 999, 100666, can be written by other users",
    "999, 040755, 999, 010600, is not a regular file",
    "999, 040755, 999, 040700, is not a regular file",
  })
  void whatAnotherHasLaidOutIsRefused(
      int owner, String directory, int of, String file, String problem) {
    assertThat(objection(RQ, owner, directory, of, file)).startsWith(problem);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 040755, 0, 100600, ''",
    "0, 040775, 0, 100600, ''", // Ubuntu's /var/log, of the group syslog
    "0, 041777, 0, 100600, ''",
    "0, 041777, 999, 100600, belongs to another user (uid 999)",
    "0, 040755, 999, 100600, belongs to another user (uid 999)",
    "0, 040755, 999, 120777, belongs to another user (uid 999)",
    "0, 040755, 0, 100666, can be written by other users",
    "999, 040755, 0, 0, is in a directory that another user can change",
    "999, 041777, 0, 0, is in a directory that another user can change",
    "0, 040777, 0, 0, is in a directory that another user can change",
  })
  void rootFillsNothingThatOthersCanChange(
      int owner, String directory, int of, String file, String problem) {
    assertThat(objection(ROOT, owner, directory, of, file)).startsWith(problem);
    assertThat(objection(ROOT, owner, directory, of, file).isEmpty()).isEqualTo(problem.isEmpty());
  }

  @Test
  void linksOfOnesOwnAreFollowedAndThenNoMore() throws IOException {
    Path real = directory.toRealPath().resolve("real");
    Path link = Files.createSymbolicLink(directory.resolve("link"), real);
    Path relative = Files.createSymbolicLink(directory.resolve("relative"), Path.of("link"));
    assertThat(OwnFile.at(relative)).isEqualTo(real);
    Files.createFile(
        real, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    assertThat(OwnFile.at(link)).isEqualTo(real);
    Path circle = directory.resolve("circle");
    Files.createSymbolicLink(circle, circle);
    assertThatThrownBy(() -> OwnFile.at(circle)).hasMessageContaining("too many links");
  }

  @Test
  void aFileThatEverybodyCanWriteInSuchADirectoryIsRefused() throws IOException {
    Path open = Files.createDirectory(directory.resolve("open"));
    Files.setAttribute(open, "unix:mode", 01777);
    Path laidOut = Files.createFile(open.resolve("history"));
    Files.setPosixFilePermissions(laidOut, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThatThrownBy(() -> new HistoryFile(laidOut, Runnable::run))
        .hasMessageContaining("history: can be written by other users: chmod go-w it");
    Files.delete(laidOut);
    Path filled = directory.resolve("filled");
    HistoryFile history = new HistoryFile(laidOut, Runnable::run);
    Files.delete(laidOut);
    Files.createSymbolicLink(laidOut, filled);
    HistoryFileTest.write(history, 0, 1);
    assertThat(filled).doesNotExist();
  }
}
