package io.rqorchestrator.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.control.GivenStatus;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.json.PoolJson;
import org.junit.jupiter.api.Test;

class StatusTextTest {

  private final StatusText text = new StatusText();

  @Test
  void isMadeOnceForEachStatus() {
    PoolStatus status = GivenStatus.plain();
    assertThat(text.of(status)).isSameAs(text.of(status));
  }

  @Test
  void isThatOfTheStatusInHand() {
    PoolStatus other = GivenStatus.degraded();
    assertThat(text.of(GivenStatus.plain())).isNotEqualTo(text.of(other));
    assertThat(text.of(other)).asString().isEqualTo(PoolJson.text(PoolJson.of(other)));
  }
}
