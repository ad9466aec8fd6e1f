package io.rqorchestrator.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.control.SizeOverride;
import io.rqorchestrator.time.Later;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SizeOverrideFileTest {

  @TempDir private Path directory;

  private final Later disk = new Later();
  private final List<Optional<String>> reported = new ArrayList<>();

  private SizeOverrideFile file() {
    return new SizeOverrideFile(directory, "abc", disk);
  }

  private void keep(SizeOverrideFile file, SizeOverride sizeOverride) {
    file.keep(sizeOverride);
    disk.works();
    file.whenKept(reported::add);
  }

  @Test
  void whatWasKeptIsRecalled() throws IOException {
    for (SizeOverride sizeOverride :
        List.of(new SizeOverride.HeldAt(0), new SizeOverride.Paused(4))) {
      keep(file(), sizeOverride);
      assertThat(file().recall()).isEqualTo(sizeOverride);
    }

    Path file = directory.resolve("abc.override");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(reported).containsOnly(Optional.empty());
  }

  /** A daemon of another release reads the file: its words stay. */
  @Test
  void theWordsOfTheFileAreThese() {
    keep(file(), new SizeOverride.HeldAt(3));
    assertThat(directory.resolve("abc.override"))
        .content()
        .isEqualTo("{\"version\":1,\"heldAt\":3}");
    keep(file(), new SizeOverride.Paused(4));
    assertThat(directory.resolve("abc.override"))
        .content()
        .isEqualTo("{\"version\":1,\"pausedAt\":4}");
  }

  @Test
  void endingTheOverrideLeavesNoFile() {
    SizeOverrideFile file = file();
    assertThat(file.recall()).isEqualTo(new SizeOverride.None());
    keep(file, new SizeOverride.HeldAt(2));
    keep(file, new SizeOverride.None());
    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[]", "{\"version\":2,\"heldAt\":3}", "{\"version\":1,\"heldAt\":-3}"})
  void whatMakesNoSenseIsNothing(String content) throws IOException {
    Files.writeString(directory.resolve("abc.override"), content);
    assertThat(file().recall()).isEqualTo(new SizeOverride.None());
  }

  @Test
  void saysWhyItCouldNotBeKept() {
    keep(
        new SizeOverrideFile(directory.resolve("missing"), "abc", disk),
        new SizeOverride.HeldAt(2));
    assertThat(reported.get(0).orElseThrow()).contains("cannot be written");
  }

  @Test
  void nobodyWaitsForTheDiskAndOnlyTheNewestOverrideIsWritten() {
    SizeOverrideFile file = file();
    file.keep(new SizeOverride.HeldAt(2));
    file.keep(new SizeOverride.HeldAt(3));
    file.whenKept(reported::add);
    assertThat(directory).isEmptyDirectory();
    assertThat(reported).isEmpty();

    disk.works();
    assertThat(file().recall()).isEqualTo(new SizeOverride.HeldAt(3));
    assertThat(reported).containsExactly(Optional.empty());
  }
}
