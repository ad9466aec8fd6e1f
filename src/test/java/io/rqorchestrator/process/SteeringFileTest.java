package io.rqorchestrator.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.control.Steering;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SteeringFileTest {

  @TempDir private Path directory;

  @Test
  void whatWasKeptIsRecalled() throws IOException {
    for (Steering steering : List.of(new Steering.HeldAt(0), new Steering.Paused(4))) {
      assertThat(new SteeringFile(directory, "abc").keep(steering)).isEmpty();
      assertThat(new SteeringFile(directory, "abc").recall()).isEqualTo(steering);
    }
    Path file = directory.resolve("abc.steering");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void lettingGoLeavesNothing() {
    SteeringFile file = new SteeringFile(directory, "abc");
    assertThat(file.recall()).isEqualTo(new Steering.Auto());
    assertThat(file.keep(new Steering.HeldAt(2))).isEmpty();
    assertThat(file.keep(new Steering.Auto())).isEmpty();
    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[]", "{\"version\":2,\"heldAt\":3}", "{\"version\":1,\"heldAt\":-3}"})
  void whatMakesNoSenseIsNothing(String content) throws IOException {
    Files.writeString(directory.resolve("abc.steering"), content);
    assertThat(new SteeringFile(directory, "abc").recall()).isEqualTo(new Steering.Auto());
  }

  @Test
  void saysWhyItCouldNotBeKept() {
    SteeringFile file = new SteeringFile(directory.resolve("missing"), "abc");
    assertThat(file.keep(new Steering.HeldAt(2)).orElseThrow()).contains("cannot be written");
  }
}
