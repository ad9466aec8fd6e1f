package io.rqorchestrator.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RuntimeDirectoryTest {

  @TempDir private Path directory;

  private static Path chosen(String... variables) throws IOException {
    Map<String, String> environment =
        variables.length == 2
            ? Map.of(variables[0], variables[1])
            : Map.of(variables[0], variables[1], variables[2], variables[3]);
    return RuntimeDirectory.choose(Optional.empty(), environment);
  }

  /** A directory that belongs to another user. */
  private Path foreign() throws IOException {
    Path root = Path.of("/");
    if (!Files.getOwner(root).equals(Files.getOwner(Path.of("/proc/self")))) {
      return root;
    }
    Path given = Files.createDirectory(directory.resolve("foreign"));
    var users = given.getFileSystem().getUserPrincipalLookupService();
    return Files.setOwner(given, users.lookupPrincipalByName("54321"));
  }

  @Test
  void theDirectoryOfTheSessionIsTakenAndThatOfSystemdBeforeIt() throws IOException {
    assertThat(chosen("XDG_RUNTIME_DIR", directory.toString()))
        .isEqualTo(directory.resolve("rq-orchestrator"));
    assertThat(
            chosen("XDG_RUNTIME_DIR", directory.toString(), "RUNTIME_DIRECTORY", "/run/a:/run/b"))
        .isEqualTo(Path.of("/run/a"));
    assertThat(
            RuntimeDirectory.choose(
                Optional.of(Path.of("/x")), Map.of("XDG_RUNTIME_DIR", directory.toString())))
        .isEqualTo(Path.of("/x"));
  }

  /** As two pools do that start at boot. */
  @Test
  void twoDaemonsMayMakeTheDirectoryAtOnce() throws Exception {
    for (int round = 0; round < 300; round++) {
      Path shared = directory.resolve("shared" + round);
      CyclicBarrier together = new CyclicBarrier(2);
      CompletableFuture<Void> other = CompletableFuture.runAsync(() -> create(shared, together));
      create(shared, together);
      other.get(10, TimeUnit.SECONDS);
    }
  }

  private static void create(Path shared, CyclicBarrier together) {
    try {
      together.await(10, TimeUnit.SECONDS);
      RuntimeDirectory.create(shared);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** As after su. */
  @Test
  void theDirectoryOfAnotherUsersOrAnEndedSessionIsNotTaken() throws IOException {
    assertThat(chosen("XDG_RUNTIME_DIR", foreign().toString()))
        .isEqualTo(RuntimeDirectory.ofUser());
    assertThat(chosen("XDG_RUNTIME_DIR", directory.resolve("gone").toString()))
        .isEqualTo(RuntimeDirectory.ofUser());
    assertThat(chosen("XDG_RUNTIME_DIR", "")).isEqualTo(RuntimeDirectory.ofUser());
  }

  @Test
  void aDirectoryThatOthersOwnOrCanWriteIsRefused() throws IOException {
    Path foreign = foreign();
    assertThatThrownBy(() -> RuntimeDirectory.create(foreign))
        .hasMessageStartingWith(foreign + " belongs to another user (uid ")
        .hasMessageEndingWith(
            "though it should be yours: let root remove it (rm -r " + foreign + ")");

    Path open = Files.createDirectory(directory.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwx---"));
    assertThatThrownBy(() -> RuntimeDirectory.create(open))
        .hasMessage(open + " is writable by others: make it 0700");

    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("---------"));
    assertThatThrownBy(() -> RuntimeDirectory.create(open))
        .hasMessage(open + " is closed to its owner: make it 0700");

    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> RuntimeDirectory.create(file))
        .hasMessage(file + " is not a directory: remove it");

    Path link = Files.createSymbolicLink(directory.resolve("link"), foreign);
    assertThatThrownBy(() -> RuntimeDirectory.create(link))
        .hasMessage(link + " is not a directory: remove it");
  }
}
