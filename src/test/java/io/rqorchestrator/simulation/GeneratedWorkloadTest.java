package io.rqorchestrator.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.rqorchestrator.config.InvalidSetting;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GeneratedWorkloadTest {

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private static double meanLength(Workload workload) {
    return workload.jobs().stream().mapToDouble(job -> seconds(job.length())).average().orElse(0);
  }

  private static long count(Workload workload, Predicate<Double> arrival) {
    return workload.jobs().stream().filter(job -> arrival.test(seconds(job.arrival()))).count();
  }

  @Test
  void poissonHasItsRateAndItsMean() {
    Workload workload = GeneratedWorkload.of("poisson:rate=5,mean=0.4s,for=5h", 1);
    assertThat(workload.span()).isEqualTo(Duration.ofHours(5));
    assertThat(workload.jobs().size() / 18_000.0).isCloseTo(5, withinPercentage(2));
    assertThat(meanLength(workload)).isCloseTo(0.4, withinPercentage(2));

    // A Poisson process: as many arrivals in a second on average as their variance.
    double[] counts = new double[18_000];
    workload.jobs().forEach(job -> counts[(int) seconds(job.arrival())]++);
    double variance = 0;
    for (double count : counts) {
      variance += (count - 5) * (count - 5) / counts.length;
    }
    assertThat(variance).isCloseTo(5, withinPercentage(5));
  }

  @Test
  void jobsMayAllTakeTheSame() {
    Workload workload = GeneratedWorkload.of("poisson:rate=5,each=250ms", 1);
    assertThat(workload.jobs()).allMatch(job -> job.length().toMillis() == 250);
  }

  @Test
  void burstsComeInTheMiddleOfEachPeriod() {
    Workload workload = GeneratedWorkload.of("bursts:size=3,every=20s,each=1,for=1m", 1);
    List<Double> arrivals =
        workload.jobs().stream().map(job -> seconds(job.arrival())).distinct().toList();
    assertThat(arrivals).containsExactly(10.0, 30.0, 50.0);
    assertThat(workload.jobs()).hasSize(9);
  }

  @Test
  void diurnalIsLowAtFirstAndHighAtNoon() {
    Workload workload = GeneratedWorkload.of("diurnal:low=0,high=4", 1);
    assertThat(count(workload, at -> at < 3_600) / 3_600.0).isLessThan(0.1);
    assertThat(count(workload, at -> at >= 41_400 && at < 45_000) / 3_600.0)
        .isCloseTo(4, withinPercentage(5));
    assertThat(workload.jobs().size() / 86_400.0).isCloseTo(2, withinPercentage(2));
  }

  @Test
  void aDayIsAHundredThousandJobsIfNothingElseIsSaid() {
    assertThat(GeneratedWorkload.of("diurnal", 1).jobs().size()).isBetween(90_000, 100_000);
  }

  @Test
  void flashCrowdsComeAtTheEndOfEachPeriod() {
    Workload workload =
        GeneratedWorkload.of("flash:rate=1,peak=20,every=100s,lasting=10s,for=5h", 1);
    long crowded = count(workload, at -> at % 100 >= 90);
    assertThat(crowded / 1_800.0).isCloseTo(20, withinPercentage(3));
    assertThat((workload.jobs().size() - crowded) / 16_200.0).isCloseTo(1, withinPercentage(3));
  }

  @Test
  void someJobsAreLong() {
    Workload workload =
        GeneratedWorkload.of("long-jobs:rate=5,mean=200ms,long=1m,share=0.1,for=2h", 1);
    double longOnes =
        workload.jobs().stream().filter(job -> job.length().toSeconds() == 60).count();
    assertThat(longOnes / workload.jobs().size()).isCloseTo(0.1, within(0.01));
  }

  /** At their highest rate all the time these would be more jobs than fit into memory. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "diurnal:low=0,high=400,for=4h,day=24h    | 498176",
        "flash:rate=0.1,peak=20,every=1h,lasting=10s,for=7d | 93912",
      })
  void aPeakMayBeHigherThanTheWholeCouldBe(String text, int jobs) {
    assertThat(GeneratedWorkload.of(text, 1).jobs().size()).isCloseTo(jobs, withinPercentage(1));
  }

  @Test
  void theSameSeedGivesTheSameJobs() {
    Workload first = GeneratedWorkload.of("poisson", 1);
    assertThat(GeneratedWorkload.of("poisson", 1)).isEqualTo(first);
    assertThat(GeneratedWorkload.of("poisson", 2).jobs()).isNotEqualTo(first.jobs());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tide                      | must begin with poisson:, bursts:",
        "poisson:rate              | has 'rate': must be NAME=VALUE",
        "poisson:rate=             | has rate=: must be a number",
        "poisson:rate=2,,for=1m    | has '': must be NAME=VALUE",
        "poisson:rate=two          | has rate=two: must be a number of jobs a second",
        "poisson:rate=0            | has rate=0: must be above 0",
        "poisson:rate=-1           | has rate=-1: must be a number",
        "poisson:rate=1,rate=2     | gives rate twice",
        "poisson:mean=fast         | has mean=fast: must be a duration",
        "poisson:mean=0            | has mean=0: must be above 0",
        "poisson:for=0s            | has for=0s: must be above 0",
        "poisson:mean=1s,each=1s   | has 'mean', but poisson takes each, for, rate",
        "poisson:speed=1           | has 'speed', but poisson takes each, for, mean, rate",
        "bursts:size=1.5           | has size=1.5: must be a whole number",
        "flash:lasting=6m          | has lasting=6m: must not exceed every",
        "long-jobs:share=2         | has share=2: must be a share from 0 to 1",
        "poisson:rate=9999,for=9d  | must stay below 5,000,000 jobs",
        "bursts:size=99999,every=1 | must stay below 5,000,000 jobs",
        "diurnal:high=200          | must stay below 5,000,000 jobs",
        "flash:rate=1,peak=99,lasting=5m,for=9d | must stay below 5,000,000 jobs",
        "flash:peak=9999,every=1d,for=9d | must stay below 200,000,000 jobs if its highest rate",
      })
  void whatIsWrongIsNamed(String text, String rule) {
    assertThatThrownBy(() -> GeneratedWorkload.of(text, 1))
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith("--workload (" + text + ") ")
        .hasMessageContaining(rule);
  }

  @ParameterizedTest
  @ValueSource(strings = {"poisson", "bursts", "diurnal", "flash", "long-jobs"})
  void everyKindHasItsDefaults(String kind) {
    assertThat(GeneratedWorkload.of(kind, 1).jobs()).isNotEmpty();
  }
}
