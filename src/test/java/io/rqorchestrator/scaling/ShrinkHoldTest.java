package io.rqorchestrator.scaling;

import static io.rqorchestrator.scaling.Given.active;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.scaling.Limit.Moved;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShrinkHoldTest {

  private final ShrinkHold hold = new ShrinkHold(Duration.ofSeconds(5));
  private int size = 1;
  private double now;

  @Test
  void growsAtOnce() {
    assertThat(after(3, 9, 2)).containsExactly(3, 9, 9);
  }

  /** The window: [1, 9, 4, 3, 3, 3] 3 ... : nine until its five seconds are over, then four. */
  @Test
  void shrinksToTheLargestSizeOfTheLastMoments() {
    assertThat(after(1, 9, 4, 3, 3, 3, 3, 3)).containsExactly(1, 9, 9, 9, 9, 9, 4, 3);
  }

  @Test
  void aSizeThatIsWantedAgainBeginsItsTimeAnew() {
    assertThat(after(6, 1, 1, 6, 1, 1, 1, 1, 1)).containsExactly(6, 6, 6, 6, 6, 6, 6, 6, 1);
  }

  @Test
  void saysWhatItKeepsAndForHowLong() {
    after(6);

    assertThat(hold.limit(2, active(6).at(1).input()))
        .contains(new Moved(6, Reason.Code.SHRINK_HOLD, "wanted 6 within the last 5s"));
  }

  /** A daemon that has just adopted eight workers does not know what they are for. */
  @Test
  void theSizeThatItBeginsWithCountsAsWanted() {
    size = 8;

    assertThat(after(1, 1, 1, 1, 1, 1)).containsExactly(8, 8, 8, 8, 8, 1);
  }

  @Test
  void afterASilenceTheSizeThatIsThereCountsAsWanted() {
    size = 8;
    after(8, 8);
    now += 60;

    assertThat(after(1, 1, 1, 1, 1, 1)).containsExactly(8, 8, 8, 8, 8, 1);
  }

  /** Decisions may be as far apart as the hold is long, or farther: that is no silence. */
  @Test
  void shrinksHoweverSeldomItIsAsked() {
    for (double every : new double[] {1, 5, 10}) {
      ShrinkHold rare = new ShrinkHold(Duration.ofSeconds(1));
      rare.limit(8, active(8).at(0).input());
      rare.limit(1, active(8).at(every).input());

      assertThat(rare.limit(1, active(8).at(2 * every).input())).as("every " + every).isEmpty();
    }
  }

  @Test
  void neverAsksForMoreThanIsThere() {
    after(9);

    assertThat(hold.limit(2, active(4).at(1).input()).orElseThrow().size()).isEqualTo(4);
  }

  @Test
  void busyWorkersStayButAreNotRemembered() {
    assertThat(hold.limit(1, active(6).busy(6).at(0).input()))
        .contains(new Moved(6, Reason.Code.SHRINK_HOLD, "wanted 6 within the last 5s"));
    for (int second = 1; second < 9; second++) {
      hold.limit(1, active(6).busy(4).at(second).input());
    }
    assertThat(hold.limit(1, active(6).busy(4).at(9).input()))
        .contains(new Moved(4, Reason.Code.BUSY, "4 are busy"));
    assertThat(hold.limit(1, active(4).at(10).input())).isEmpty();
  }

  @Test
  void withoutAHoldItShrinksAtOnce() {
    ShrinkHold none = new ShrinkHold(Duration.ZERO);
    none.limit(9, active(1).at(0).input());

    assertThat(none.limit(2, active(9).at(1).input())).isEmpty();
  }

  /** Once the pool lets go, then it has learned; again whenever the penalty has decayed. */
  @Test
  void wavesDoNotChurn() {
    for (int wave = 0; wave < 30; wave++) {
      for (int second = 0; second < 18; second++) {
        step(second < 10 ? 8 : 1);
      }
    }

    assertThat(shrinks).as("in nine minutes of waves").isEqualTo(3);
  }

  /** Waves far apart are worth a new start each. */
  @Test
  void wavesFarApartAreFollowed() {
    for (int wave = 0; wave < 10; wave++) {
      for (int second = 0; second < 40; second++) {
        step(second < 10 ? 8 : 1);
      }
    }

    assertThat(shrinks).isEqualTo(10);
  }

  /** A pool that cannot shrink causes no flap penalty, so the hold keeps its length. */
  @Test
  void aPoolAtMinLetsNobodyGo() {
    for (int second = 0; second < 10; second++) {
      hold.limit(0, active(1).at(now++).input());
    }

    assertThat(after(8, 0, 0, 0, 0, 0)).containsExactly(8, 8, 8, 8, 8, 0);
  }

  private int shrinks;

  /** The sizes of a pool of which this is wanted, second after second. */
  private List<Integer> after(int... wanted) {
    List<Integer> sizes = new ArrayList<>();
    for (int want : wanted) {
      sizes.add(step(want));
    }
    return sizes;
  }

  private int step(int want) {
    int next = hold.limit(want, active(size).at(now++).input()).map(Moved::size).orElse(want);
    shrinks += next < size ? 1 : 0;
    size = next;
    return size;
  }
}
