package io.rqorchestrator.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoadTest {

  private final Load load = new Load(1.5, Duration.ofSeconds(30));

  @Test
  void isSharedByTheActiveWorkers() {
    assertThat(load.utilization(3)).isEqualTo(0.5);
  }

  @Test
  void oneWorkerMoreLowersUtilizationAtOnce() {
    assertThat(load.utilization(4)).isEqualTo(0.375);
  }

  @Test
  void isNoUtilizationOfNobody() {
    assertThat(load.utilization(0)).isZero();
  }
}
