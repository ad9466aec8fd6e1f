package io.rqorchestrator.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.control.GivenStatus;
import io.rqorchestrator.control.PoolState;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ServiceNotifierTest {

  private static final Duration BEAT = Duration.ofSeconds(10);

  private final List<List<String>> said = new ArrayList<>();
  private Tick now = new Tick(0, GivenStatus.NOON);
  private boolean fails;
  private final ServiceNotifier notifier =
      new ServiceNotifier(this::say, Optional.of(BEAT), () -> now, new OnThisThread());

  private Optional<String> say(List<String> words) {
    said.add(words);
    return fails ? Optional.of("exit code 1") : Optional.empty();
  }

  /** What was sent in a turn. */
  private List<String> turn(PoolState state, Duration later) {
    said.clear();
    now = now.plus(later);
    notifier.turned(new GivenStatus().in(state).status());
    assertThat(said).hasSizeLessThanOrEqualTo(1);
    return said.isEmpty() ? List.of() : said.get(0);
  }

  private List<String> turn(Duration later) {
    return turn(PoolState.RUNNING, later);
  }

  @Test
  void isReadyOnceAndThenBeats() {
    assertThat(turn(Duration.ZERO)).contains("READY=1", "WATCHDOG=1");
    assertThat(turn(BEAT.minusMillis(1))).isEmpty();
    assertThat(turn(Duration.ofMillis(1))).contains("WATCHDOG=1").doesNotContain("READY=1");
  }

  @Test
  void aFailedReadyIsSentAgainButNotAtEachTurn() {
    fails = true;
    assertThat(turn(Duration.ZERO)).contains("READY=1");
    assertThat(turn(Duration.ofMillis(999))).isEmpty();
    assertThat(turn(Duration.ofMillis(1))).contains("READY=1");
    fails = false;
    assertThat(turn(Duration.ofSeconds(1))).contains("READY=1");
    assertThat(turn(Duration.ofSeconds(1))).isEmpty();
  }

  @Test
  void aFailedBeatIsSentAgainBeforeTheWatchdogFires() {
    turn(Duration.ZERO);
    fails = true;
    assertThat(turn(BEAT)).contains("WATCHDOG=1");
    fails = false;
    assertThat(turn(Duration.ofSeconds(1))).contains("WATCHDOG=1");
  }

  @Test
  void aFailedStoppingIsSentAgain() {
    turn(Duration.ZERO);
    fails = true;
    assertThat(turn(PoolState.DRAINING, Duration.ofSeconds(1))).contains("STOPPING=1");
    fails = false;
    assertThat(turn(PoolState.DRAINING, Duration.ofSeconds(1))).contains("STOPPING=1");
    assertThat(turn(PoolState.DRAINING, Duration.ofSeconds(1))).isEmpty();
  }

  @Test
  void aStateIsSentAgainIfSendingItFailed() {
    turn(Duration.ZERO);
    fails = true;
    assertThat(turn(PoolState.PAUSED, Duration.ofSeconds(5))).anyMatch(this::saysPaused);
    fails = false;
    assertThat(turn(PoolState.PAUSED, Duration.ofSeconds(1))).anyMatch(this::saysPaused);
    assertThat(turn(PoolState.PAUSED, Duration.ofSeconds(1))).isEmpty();
  }

  /** At the start one state follows another; figures change all the time. */
  @Test
  void anotherStateIsSentSoonerThanOtherFigures() {
    turn(PoolState.STARTING, Duration.ZERO);
    assertThat(turn(PoolState.PAUSED, Duration.ofMillis(999))).isEmpty();
    assertThat(turn(PoolState.PAUSED, Duration.ofMillis(1))).anyMatch(this::saysPaused);

    said.clear();
    now = now.plus(Duration.ofSeconds(4));
    notifier.turned(new GivenStatus().in(PoolState.PAUSED).crowded(5).status());
    assertThat(said).isEmpty();

    now = now.plus(Duration.ofSeconds(1));
    notifier.turned(new GivenStatus().in(PoolState.PAUSED).crowded(5).status());
    assertThat(said).hasSize(1);
  }

  private boolean saysPaused(String word) {
    return word.startsWith("STATUS=paused");
  }

  @Test
  void beatsThriceInTheTimeThatTheWatchdogWaits() {
    assertThat(ServiceNotifier.beat(Map.of("WATCHDOG_USEC", "30000000"))).contains(BEAT);
    assertThat(ServiceNotifier.beat(Map.of("WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "1")))
        .isEmpty();
    assertThat(ServiceNotifier.beat(Map.of())).isEmpty();
  }

  private static final class OnThisThread extends AbstractExecutorService {

    @Override
    public void execute(Runnable work) {
      work.run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }
}
