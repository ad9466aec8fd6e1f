package io.rqorchestrator.rq;

import static io.rqorchestrator.time.Ticks.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RqSnapshotTest {

  @Test
  void addsUpItsQueues() {
    RqSnapshot snapshot = with(queue("high", 3, 1), queue("low", 4, 2));

    assertThat(snapshot.queued()).isEqualTo(7);
    assertThat(snapshot.due()).isEqualTo(3);
  }

  @Test
  void theOldestWaitIsThatOfTheLongestWaitingHead() {
    RqSnapshot snapshot = with(waiting("high", at(97)), waiting("low", at(92)), queue("off", 0, 0));

    assertThat(snapshot.oldestWait()).contains(Duration.ofSeconds(8));
  }

  @Test
  void nobodyWaitsInEmptyQueues() {
    assertThat(with(queue("default", 0, 0)).oldestWait()).isEmpty();
  }

  @Test
  void anEnqueuersClockAheadOfOursIsNoNegativeWait() {
    assertThat(with(waiting("default", at(3700))).oldestWait()).contains(Duration.ZERO);
  }

  @Test
  void keepsWhatItWasGiven() {
    List<RqQueue> queues = new ArrayList<>(List.of(queue("default", 1, 0)));
    RqSnapshot snapshot = new RqSnapshot(at(100), queues, Map.of(), Map.of(), false, 0);
    queues.clear();

    assertThat(snapshot.queued()).isEqualTo(1);
  }

  private static RqSnapshot with(RqQueue... queues) {
    return new RqSnapshot(at(100), List.of(queues), Map.of(), Map.of(), false, 0);
  }

  private static RqQueue queue(String name, long queued, long due) {
    return new RqQueue(name, queued, Optional.empty(), due);
  }

  private static RqQueue waiting(String name, Tick enqueued) {
    return new RqQueue(name, 1, Optional.of(enqueued.wall()), 0);
  }
}
