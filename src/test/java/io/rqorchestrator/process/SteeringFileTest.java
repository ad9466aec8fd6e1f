package io.rqorchestrator.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.control.Steering;
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

class SteeringFileTest {

  @TempDir private Path directory;

  private final Later disk = new Later();
  private final List<Optional<String>> told = new ArrayList<>();

  private SteeringFile file() {
    return new SteeringFile(directory, "abc", disk);
  }

  private void keep(SteeringFile file, Steering steering) {
    file.keep(steering);
    disk.works();
    file.whenKept(told::add);
  }

  @Test
  void whatWasKeptIsRecalled() throws IOException {
    for (Steering steering : List.of(new Steering.HeldAt(0), new Steering.Paused(4))) {
      keep(file(), steering);
      assertThat(file().recall()).isEqualTo(steering);
    }
    Path file = directory.resolve("abc.steering");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(told).containsOnly(Optional.empty());
  }

  @Test
  void lettingGoLeavesNothing() {
    SteeringFile file = file();
    assertThat(file.recall()).isEqualTo(new Steering.Auto());
    keep(file, new Steering.HeldAt(2));
    keep(file, new Steering.Auto());
    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[]", "{\"version\":2,\"heldAt\":3}", "{\"version\":1,\"heldAt\":-3}"})
  void whatMakesNoSenseIsNothing(String content) throws IOException {
    Files.writeString(directory.resolve("abc.steering"), content);
    assertThat(file().recall()).isEqualTo(new Steering.Auto());
  }

  @Test
  void saysWhyItCouldNotBeKept() {
    keep(new SteeringFile(directory.resolve("missing"), "abc", disk), new Steering.HeldAt(2));
    assertThat(told.get(0).orElseThrow()).contains("cannot be written");
  }

  @Test
  void nobodyWaitsForTheDiskAndOnlyTheNewestWordIsWritten() {
    SteeringFile file = file();
    file.keep(new Steering.HeldAt(2));
    file.keep(new Steering.HeldAt(3));
    file.whenKept(told::add);
    assertThat(directory).isEmptyDirectory();
    assertThat(told).isEmpty();

    disk.works();
    assertThat(file().recall()).isEqualTo(new Steering.HeldAt(3));
    assertThat(told).containsExactly(Optional.empty());
  }
}
