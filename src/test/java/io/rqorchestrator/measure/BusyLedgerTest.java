package io.rqorchestrator.measure;

import static io.rqorchestrator.rq.Readings.derived;
import static io.rqorchestrator.rq.Readings.exact;
import static io.rqorchestrator.time.Ticks.at;
import static io.rqorchestrator.time.Ticks.withWallMoved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.rqorchestrator.rq.BusyReading;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BusyLedgerTest {

  private static final Offset<Double> ROUNDING = within(1e-9);

  private final BusyLedger ledger = new BusyLedger(Duration.ofSeconds(30));

  // What a load is.

  @Test
  void withoutWorkersNothingIsMeasured() {
    assertThat(ledger.load(at(10))).isEqualTo(Load.NONE);
  }

  @Test
  void atItsBeginningNothingIsMeasured() {
    ledger.begin(at(10), "a");

    assertThat(ledger.load(at(10))).isEqualTo(Load.NONE);
    assertThat(ledger.load(at(9))).isEqualTo(Load.NONE);
  }

  @Test
  void anIdleWorkerIsNoLoad() {
    ledger.begin(at(0), "a");
    for (int second = 1; second <= 60; second++) {
      ledger.observe(at(second), "a", exact(0), false);

      assertThat(loadAt(second)).isZero();
    }
  }

  @Test
  void aWorkerBusyAllTheTimeReadsExactlyOne() {
    ledger.begin(at(0), "a");
    for (int second = 1; second <= 100; second++) {
      ledger.observe(at(second), "a", exact(0, at(0)), true);

      assertThat(loadAt(second)).isEqualTo(1);
    }
  }

  @Test
  void anHourLongJobIsFullyBusyFromItsFirstSecond() {
    ledger.begin(at(0), "a");
    ledger.observe(at(100), "a", exact(0), false);
    for (int second = 101; second <= 3700; second++) {
      ledger.observe(at(second), "a", exact(0, at(100)), true);

      assertThat(loadAt(second)).isEqualTo(Math.min(second - 100, 30) / 30.0, ROUNDING);
    }
  }

  @Test
  void theEndOfAnHourLongJobIsNoSpike() {
    ledger.begin(at(0), "a");
    ledger.observe(at(3599), "a", derived(0, at(0)), true);
    for (int second = 3600; second <= 3630; second++) {
      ledger.observe(at(second), "a", derived(3600), false);

      assertThat(loadAt(second)).isEqualTo((3630 - second) / 30.0, ROUNDING);
    }
  }

  @Test
  void backToBackJobsAreOneLongStretch() {
    ledger.begin(at(0), "a");
    for (int second = 1; second <= 60; second++) {
      double jobBegan = second - 0.3;
      ledger.observe(at(second), "a", exact(jobBegan, at(jobBegan)), true);

      assertThat(loadAt(second)).isEqualTo(1, ROUNDING);
    }
  }

  @Test
  void jobsBetweenTwoSamplesCount() {
    ledger.begin(at(0), "a");
    for (int second = 1; second <= 60; second++) {
      ledger.observe(at(second), "a", exact(0.2 * second), false);

      assertThat(loadAt(second)).isEqualTo(0.2, ROUNDING);
    }
  }

  @Test
  void workersAddUp() {
    ledger.begin(at(0), "a");
    ledger.begin(at(0), "b");
    ledger.begin(at(0), "c");
    ledger.observe(at(10), "a", exact(0, at(0)), true);
    ledger.observe(at(10), "b", exact(4), false);
    ledger.observe(at(10), "c", exact(0), false);

    assertThat(loadAt(10)).isEqualTo(1.4, ROUNDING);
  }

  // The window.

  @Test
  void aYoungPoolIsMeasuredOverItsLife() {
    ledger.begin(at(5), "a");
    ledger.observe(at(8), "a", exact(0.75), false);

    assertThat(ledger.load(at(8))).isEqualTo(new Load(0.25, Duration.ofSeconds(3)));
  }

  @Test
  void anOldPoolIsMeasuredOverTheWindow() {
    ledger.begin(at(5), "a");
    ledger.observe(at(34), "a", exact(0), false);
    ledger.observe(at(35), "a", exact(0), false);

    assertThat(ledger.load(at(34)).elapsed()).isEqualTo(Duration.ofSeconds(29));
    assertThat(ledger.load(at(35)).elapsed()).isEqualTo(Duration.ofSeconds(30));
    assertThat(ledger.load(at(36)).elapsed()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void aYoungWorkerOfAnOldPoolIsMeasuredOverTheWindow() {
    ledger.begin(at(0), "a");
    ledger.begin(at(94), "b");
    ledger.observe(at(100), "a", exact(0), false);
    ledger.observe(at(100), "b", exact(0, at(94)), true);

    assertThat(loadAt(100)).isEqualTo(6 / 30.0, ROUNDING);
  }

  /** The edge at 12 s lies halfway between two samples with 6 s of work between them. */
  @Test
  void theWindowsEdgeDividesTheWorkBetweenTwoSamples() {
    ledger.begin(at(0), "a");
    ledger.observe(at(8), "a", exact(1), false);
    ledger.observe(at(16), "a", exact(7), false);
    ledger.observe(at(42), "a", exact(7), false);

    assertThat(loadAt(42)).isEqualTo(3 / 30.0, ROUNDING);
  }

  @Test
  void aGapInTheSamplesIsBridged() {
    ledger.begin(at(0), "a");
    ledger.observe(at(10), "a", exact(0), false);
    ledger.observe(at(25), "a", exact(5), false);

    assertThat(loadAt(25)).isEqualTo(5 / 25.0, ROUNDING);
  }

  @Test
  void aWorkerThatIsNotSeenAddsNothing() {
    ledger.begin(at(0), "a");
    ledger.observe(at(10), "a", exact(0, at(0)), true);

    assertThat(loadAt(20)).isEqualTo(10 / 20.0, ROUNDING);
  }

  // Beginning and end.

  @Test
  void aWorkerThatEndedInsideTheWindowCountsForWhatItDid() {
    ledger.begin(at(0), "a");
    ledger.observe(at(10), "a", exact(0, at(0)), true);
    ledger.end(at(10), "a");

    assertThat(loadAt(20)).isEqualTo(10 / 20.0, ROUNDING);
    assertThat(loadAt(30)).isEqualTo(10 / 30.0, ROUNDING);
    assertThat(loadAt(35)).isEqualTo(5 / 30.0, ROUNDING);
    assertThat(loadAt(40)).isZero();
  }

  @Test
  void aWorkerCountsUpToItsDrainMarkAndNotBeyond() {
    ledger.begin(at(0), "a");
    ledger.observe(at(9), "a", exact(0, at(0)), true);
    ledger.end(at(9.5), "a");
    for (int second = 10; second <= 19; second++) {
      ledger.observe(at(second), "a", exact(0, at(0)), true);

      assertThat(loadAt(second)).isEqualTo(9.5 / second, ROUNDING);
    }
  }

  @Test
  void theFirstMarkCounts() {
    ledger.begin(at(0), "a");
    ledger.observe(at(9), "a", exact(0, at(0)), true);
    ledger.end(at(10), "a");
    ledger.end(at(20), "a");

    assertThat(loadAt(20)).isEqualTo(10 / 20.0, ROUNDING);
  }

  @Test
  void anIdleWorkerHasDoneNothingBeforeItsMark() {
    ledger.begin(at(0), "a");
    ledger.observe(at(9), "a", exact(3), false);
    ledger.end(at(10), "a");

    assertThat(loadAt(10)).isEqualTo(3 / 10.0, ROUNDING);
  }

  @Test
  void theEndOfAStrangerIsNothing() {
    ledger.end(at(1), "stranger");

    assertThat(ledger.load(at(2))).isEqualTo(Load.NONE);
  }

  @Test
  void aWorkerMetInMidLifeCountsOnlyFromThen() {
    ledger.observe(at(100), "a", exact(5000, at(40)), true);
    ledger.observe(at(101), "a", exact(5000, at(40)), true);
    ledger.observe(at(102), "a", exact(5062), false);
    ledger.observe(at(104), "a", exact(5062), false);

    assertThat(loadAt(101)).isEqualTo(1, ROUNDING);
    assertThat(loadAt(104)).isEqualTo(0.5, ROUNDING);
  }

  @Test
  void aSecondBeginningChangesNothing() {
    ledger.begin(at(0), "a");
    ledger.observe(at(10), "a", exact(5), false);
    ledger.begin(at(10), "a");

    assertThat(loadAt(10)).isEqualTo(0.5, ROUNDING);
  }

  @Test
  void aSampleThatComesTwiceOrLateCountsOnce() {
    ledger.begin(at(0), "a");
    ledger.observe(at(10), "a", exact(5), false);
    ledger.observe(at(10), "a", exact(9), false);
    ledger.observe(at(9), "a", exact(9), false);
    ledger.observe(at(20), "a", exact(5), false);

    assertThat(loadAt(20)).isEqualTo(5 / 20.0, ROUNDING);
  }

  // What RQ's counters do.

  /** RQ from 2.0 on: between two transactions at the end of a job that fails (trap 7). */
  @Test
  void aDipOfOneSampleIsWaitedOut() {
    ledger.begin(at(0), "a");
    ledger.observe(at(10), "a", derived(0, at(0)), false);
    ledger.observe(at(11), "a", derived(0), false);
    assertThat(loadAt(11)).isEqualTo(10 / 11.0, ROUNDING);

    ledger.observe(at(12), "a", derived(11), false);
    assertThat(loadAt(12)).isEqualTo(11 / 12.0, ROUNDING);
    ledger.observe(at(20), "a", derived(11), false);
    assertThat(loadAt(20)).isEqualTo(11 / 20.0, ROUNDING);
  }

  @Test
  void eachOfTwoDipsIsWaitedOut() {
    ledger.begin(at(0), "a");
    ledger.observe(at(9), "a", derived(5), false);
    ledger.observe(at(10), "a", derived(5), false);
    ledger.observe(at(11), "a", derived(4), false);
    ledger.observe(at(12), "a", derived(5), false);
    ledger.observe(at(13), "a", derived(4), false);
    ledger.observe(at(14), "a", derived(5), false);
    ledger.observe(at(20), "a", derived(6), false);

    assertThat(loadAt(20)).isEqualTo(6 / 20.0, ROUNDING);
  }

  /** RQ up to 2.6.1: a job is retried and its horse killed (trap 6). */
  @Test
  void aLastingResetIsCountedOnFrom() {
    ledger.begin(at(0), "a");
    ledger.observe(at(1), "a", derived(0.75), false);
    ledger.observe(at(2), "a", derived(-1.5), false);
    ledger.observe(at(3), "a", derived(-1.5), false);
    assertThat(loadAt(3)).isEqualTo(0.75 / 3, ROUNDING);

    ledger.observe(at(4), "a", derived(-0.5), false);
    ledger.observe(at(5), "a", derived(0.25), false);
    assertThat(loadAt(5)).isEqualTo(2.5 / 5, ROUNDING);
  }

  @Test
  void noLoadIsEverNegative() {
    ledger.begin(at(0), "a");
    for (int second = 1; second <= 40; second++) {
      ledger.observe(at(second), "a", derived(-10.0 * second), false);

      assertThat(loadAt(second)).isZero();
    }
  }

  @Test
  void aLumpNeverExceedsTheTimeThereWasAndIsPaidOutLater() {
    ledger.begin(at(0), "a");
    for (int second = 1; second <= 40; second++) {
      ledger.observe(at(second), "a", derived(8), false);

      double paidOut = Math.min(second, 8) - Math.max(0, Math.min(second - 30, 8));
      assertThat(loadAt(second)).isEqualTo(paidOut / Math.min(second, 30), ROUNDING);
    }
  }

  /** A Redis that lost its data has the host's totals back later, and RQ's never. */
  @Test
  void anotherSourceIsCountedOnFrom() {
    ledger.begin(at(0), "a");
    ledger.observe(at(100), "a", exact(50), false);
    ledger.observe(at(101), "a", derived(0), false);
    ledger.observe(at(102), "a", derived(0.5), false);
    ledger.observe(at(103), "a", exact(51), false);
    ledger.observe(at(129), "a", exact(51), false);
    ledger.observe(at(130), "a", exact(51), false);

    assertThat(loadAt(130)).isBetween(0.5 / 30, 1.5 / 30);
  }

  /** Whatever of its record comes back first. */
  @Test
  void aRedisThatLostItsDataMakesAnIdleWorkerNoBusier() {
    ledger.begin(at(0), "a");
    ledger.observe(at(100), "a", exact(50), false);
    ledger.observe(at(101), "a", derived(0), false);
    ledger.observe(at(102), "a", exact(50), false);
    ledger.observe(at(103), "a", derived(0), false);
    ledger.observe(at(104), "a", exact(50), false);
    ledger.observe(at(131), "a", exact(50), false);

    assertThat(loadAt(131)).isZero();
  }

  /** RQ has counted since its birth, the daemon only since they met. */
  @Test
  void anotherSourceOfAWorkerMetInMidLifeTellsNothingOfBefore() {
    ledger.observe(at(100), "a", exact(50), false);
    ledger.observe(at(101), "a", derived(300), false);
    ledger.observe(at(102), "a", derived(300.25), false);
    ledger.observe(at(131), "a", derived(300.25), false);

    assertThat(loadAt(131)).isEqualTo(0.25 / 30, ROUNDING);
  }

  @Test
  void theFirstWordOfTheWorkerHostCountsInFull() {
    ledger.begin(at(0), "a");
    ledger.observe(at(1), "a", derived(0), false);
    ledger.observe(at(2), "a", exact(0, at(1.25)), true);

    assertThat(loadAt(2)).isEqualTo(0.75 / 2, ROUNDING);
  }

  // Seen busy.

  /** RQ's own total leaves out what surrounds a job: with tiny jobs, nearly all of the time. */
  @Test
  void rqsTotalIsFlooredByTheShareOfSamplesThatSawItBusy() {
    ledger.begin(at(0), "a");
    ledger.observe(at(1), "a", derived(0.06), true);
    ledger.observe(at(2), "a", derived(0.12), true);
    ledger.observe(at(3), "a", derived(0.18), false);
    ledger.observe(at(4), "a", derived(0.24), true);

    assertThat(loadAt(4)).isEqualTo(3 / 4.0, ROUNDING);
  }

  /** A job's time comes when it ends: floored sample by sample, it would count twice. */
  @Test
  void theFloorLiesUnderTheWholeWindow() {
    ledger.begin(at(0), "a");
    ledger.observe(at(1), "a", derived(0), true);
    ledger.observe(at(2), "a", derived(0), true);
    ledger.observe(at(3), "a", derived(0), true);
    ledger.observe(at(4), "a", derived(2), false);
    ledger.observe(at(5), "a", derived(2), false);

    assertThat(loadAt(5)).isEqualTo(3 / 5.0, ROUNDING);
  }

  @Test
  void whatWasSeenBeforeTheWindowIsNotItsFloor() {
    ledger.begin(at(0), "a");
    ledger.observe(at(20), "a", derived(2), true);
    ledger.observe(at(30), "a", derived(2), false);
    ledger.observe(at(45), "a", derived(4), false);

    assertThat(loadAt(45)).as("5 s of 20 s seen busy").isEqualTo(5 / 30.0, ROUNDING);
    assertThat(loadAt(55)).isEqualTo(2 / 30.0, ROUNDING);
  }

  @Test
  void theFloorDoesNotLowerWhatWasRead() {
    ledger.begin(at(0), "a");
    ledger.observe(at(1), "a", derived(0.9), false);
    ledger.observe(at(2), "a", derived(1.8), true);

    assertThat(loadAt(2)).isEqualTo(0.9, ROUNDING);
  }

  @Test
  void theWorkerHostsTotalNeedsNoFloor() {
    ledger.begin(at(0), "a");
    ledger.observe(at(1), "a", exact(0.1), true);
    ledger.observe(at(2), "a", exact(0.2), true);

    assertThat(loadAt(2)).isEqualTo(0.1, ROUNDING);
  }

  // Clocks (ruling 14).

  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void aStepOfTheWallClockInMidStretchChangesNothing(int hours) {
    assertThat(loadsOfOneJob(BusyReading.Source.EXACT, hours))
        .isEqualTo(loadsOfOneJob(BusyReading.Source.EXACT, 0));
  }

  /** RQ subtracts wall clocks, so a step in mid-job is in its total for good. */
  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void anHourInRqsTotalForAStepOfTheWallClockIsWorthOneSampleAtMost(int hours) {
    List<Double> stepped = loadsOfOneJob(BusyReading.Source.DERIVED, hours);
    List<Double> steady = loadsOfOneJob(BusyReading.Source.DERIVED, 0);

    for (int second = 1; second <= steady.size(); second++) {
      double window = Math.min(second, 30);
      assertThat(window * stepped.get(second - 1))
          .isEqualTo(window * steady.get(second - 1), within(1 + 1e-9));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void aStepBeforeAStretchIsFirstSeenIsWorthOneSampleAtMost(int hours) {
    ledger.begin(at(0), "a");
    ledger.observe(at(19), "a", exact(0), false);
    Tick seen = withWallMoved(at(20), Duration.ofHours(hours));
    ledger.observe(seen, "a", exact(0, at(19.4)), true);

    assertThat(loadAt(20) * 20).isBetween(0.0, 1.0);
  }

  /** A job from 10.5 s to 15.5 s, and the wall clock steps at 13.5 s. */
  private static List<Double> loadsOfOneJob(BusyReading.Source source, int hours) {
    BusyLedger ledger = new BusyLedger(Duration.ofSeconds(30));
    Duration step = Duration.ofHours(hours);
    boolean byWallClock = source == BusyReading.Source.DERIVED;
    double total = byWallClock ? 5 + step.toSeconds() : 5;
    Optional<Instant> since = Optional.of(at(10.5).wall());
    List<Double> loads = new ArrayList<>();
    ledger.begin(at(0), "a");
    for (int second = 1; second <= 60; second++) {
      Tick now = withWallMoved(at(second), second < 13.5 ? Duration.ZERO : step);
      boolean inHand = 10.5 < second && second < 15.5;
      BusyReading reading =
          inHand
              ? new BusyReading(0, since, source)
              : new BusyReading(second < 10.5 ? 0 : total, Optional.empty(), source);
      ledger.observe(now, "a", reading, inHand);
      loads.add(ledger.load(now).erlang());
    }
    return loads;
  }

  // Garbage.

  @ParameterizedTest
  @EnumSource(BusyReading.Source.class)
  void aStretchFromTheEndOfTimeHasNotBegun(BusyReading.Source source) {
    ledger.begin(at(0), "a");
    ledger.observe(at(10), "a", new BusyReading(0, Optional.of(Instant.MAX), source), false);

    assertThat(loadAt(10)).isZero();
  }

  @ParameterizedTest
  @EnumSource(BusyReading.Source.class)
  void aStretchFromTheBeginningOfTimeBeganAfterTheLastSample(BusyReading.Source source) {
    ledger.begin(at(0), "a");
    ledger.observe(at(9), "a", new BusyReading(0, Optional.empty(), source), false);
    ledger.observe(at(10), "a", new BusyReading(0, Optional.of(Instant.MIN), source), false);

    assertThat(loadAt(10)).isEqualTo(1 / 10.0, ROUNDING);
  }

  @Test
  void aWorkerMetInTheMiddleOfAStretchFromTheBeginningOfTimeCountsFromThen() {
    BusyReading reading = new BusyReading(0, Optional.of(Instant.MIN), BusyReading.Source.EXACT);
    ledger.observe(at(10), "a", reading, true);
    ledger.observe(at(11), "a", reading, true);

    assertThat(loadAt(11)).isEqualTo(1, ROUNDING);
  }

  // Memory.

  @Test
  void aWorkerGoneForAWindowIsForgotten() {
    ledger.begin(at(0), "a");
    ledger.observe(at(1), "a", exact(1), false);
    ledger.end(at(1), "a");
    ledger.load(at(31));
    ledger.observe(at(32), "a", exact(1), false);
    ledger.observe(at(40), "a", exact(4), false);

    assertThat(loadAt(40)).isEqualTo(3 / 30.0, ROUNDING);
  }

  @Test
  void aWorkerThatEndedWithinTheWindowIsRemembered() {
    ledger.begin(at(0), "a");
    ledger.observe(at(1), "a", exact(1), false);
    ledger.end(at(1), "a");
    ledger.load(at(30.9));
    ledger.observe(at(30.95), "a", exact(1), false);
    ledger.observe(at(40), "a", exact(4), false);

    assertThat(loadAt(40)).isZero();
  }

  /** Each load walks over the points that are kept: a day and more of them would take hours. */
  @Test
  void aLongLifeCostsNoMemory() {
    ledger.begin(at(0), "a");
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (int second = 1; second <= 200_000; second++) {
            ledger.observe(at(second), "a", exact(0, at(0)), true);

            assertThat(loadAt(second)).isEqualTo(1);
          }
        });
  }

  private double loadAt(double seconds) {
    return ledger.load(at(seconds)).erlang();
  }
}
