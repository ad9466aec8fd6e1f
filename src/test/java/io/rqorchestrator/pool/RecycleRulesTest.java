package io.rqorchestrator.pool;

import static io.rqorchestrator.rq.RqWorkerDraft.rqWorker;
import static io.rqorchestrator.time.Ticks.at;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecycleRulesTest {

  private static final long MB = 1 << 20;

  private final RecycleRules jobs =
      new RecycleRules(OptionalLong.of(1000), Optional.empty(), OptionalLong.empty());
  private final RecycleRules age =
      new RecycleRules(
          OptionalLong.empty(), Optional.of(Duration.ofSeconds(1000)), OptionalLong.empty());
  private final RecycleRules memory =
      new RecycleRules(OptionalLong.empty(), Optional.empty(), OptionalLong.of(100 * MB));

  @Test
  void withoutALimitNoWorkerIsRecycled() {
    assertThat(RecycleRules.NONE.reasonByUse(after(1, 1_000_000), at(1e6))).isEmpty();
    assertThat(RecycleRules.NONE.reasonByMemory(Long.MAX_VALUE, 1)).isEmpty();
  }

  @Test
  void aWorkerIsRecycledAtItsLimitOfJobsOrATenthLater() {
    for (int number = 1; number <= 100; number++) {
      assertThat(jobs.reasonByUse(after(number, 999), at(5))).isEmpty();
      assertThat(jobs.reasonByUse(after(number, 1100), at(5))).contains("1100 jobs");
    }
  }

  @Test
  void aWorkerWithoutARecordHasDoneNoJobs() {
    assertThat(jobs.reasonByUse(Workers.starting(1), at(1e6))).isEmpty();
  }

  @Test
  void aWorkerIsRecycledAtItsLimitOfAgeOrATenthLater() {
    for (int number = 1; number <= 100; number++) {
      assertThat(age.reasonByUse(Workers.idle(number), at(999.999))).isEmpty();
      assertThat(age.reasonByUse(Workers.idle(number), at(1100))).contains("age 18m20s");
    }
  }

  @Test
  void workersBornTogetherDoNotGoTogether() {
    Set<Double> ends = new HashSet<>();
    for (int number = 1; number <= 10; number++) {
      double end = 1000;
      while (age.reasonByUse(Workers.idle(number), at(end)).isEmpty()) {
        end += 0.5;
      }
      ends.add(end);
    }

    assertThat(ends).hasSize(10);
  }

  @Test
  void theFirstLimitReachedIsTheReason() {
    RecycleRules both =
        new RecycleRules(
            OptionalLong.of(10), Optional.of(Duration.ofSeconds(10)), OptionalLong.empty());

    assertThat(both.reasonByUse(after(1, 20), at(5))).contains("20 jobs");
    assertThat(both.reasonByUse(after(1, 0), at(20))).contains("age 20s");
    assertThat(both.reasonByUse(after(1, 0), at(5))).isEmpty();
  }

  @Test
  void aWorkerIsRecycledAboveItsLimitOfMemory() {
    assertThat(memory.reasonByMemory(100 * MB, 50 * MB)).isEmpty();
    assertThat(memory.reasonByMemory(100 * MB + 1, 50 * MB)).contains("100 MB");
    assertThat(memory.reasonByMemory(100 * MB + 1, 100 * MB)).contains("100 MB");
  }

  @Test
  void whereANewWorkerWouldBeAboveTheLimitTooAWorkerIsRecycledOnceItHasGrownByAQuarter() {
    assertThat(memory.reasonByMemory(150 * MB, 120 * MB)).isEmpty();
    assertThat(memory.reasonByMemory(150 * MB + 1, 120 * MB)).contains("150 MB");
  }

  private static Worker after(int number, long jobs) {
    return Workers.idle(number).seen(rqWorker("rq-" + number).jobs(jobs).read(), at(5));
  }
}
