package io.rqorchestrator.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.scaling.Aim;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class CommandTest {

  @Test
  void readsAsItIsTyped() {
    assertThat(new Command.Scale(3).describe()).isEqualTo("scale 3");
    assertThat(new Command.ScaleBy(1).describe()).isEqualTo("scale +1");
    assertThat(new Command.ScaleBy(-2).describe()).isEqualTo("scale -2");
    assertThat(new Command.Auto().describe()).isEqualTo("scale auto");
    assertThat(new Command.Pause().describe()).isEqualTo("pause");
    assertThat(new Command.Drain().describe()).isEqualTo("drain");
    assertThat(
            new Command.Set(
                    OptionalInt.of(1), OptionalInt.empty(), Optional.of(new Aim.Utilization(0.5)))
                .describe())
        .isEqualTo("set min-workers=1 utilization-threshold=0.5");
    assertThat(
            new Command.Set(
                    OptionalInt.empty(),
                    OptionalInt.of(9),
                    Optional.of(new Aim.Wait(Duration.ofMillis(1500))))
                .describe())
        .isEqualTo("set max-workers=9 target-wait=1.5s");
  }

  @Test
  void anOverrideSaysWhoSetsTheSize() {
    assertThat(new SizeOverride.None().describe()).isEqualTo("follows the load");
    assertThat(new SizeOverride.Paused(2).describe()).isEqualTo("paused at 2");
    assertThat(new SizeOverride.HeldAt(3).describe()).isEqualTo("held at 3");
  }
}
