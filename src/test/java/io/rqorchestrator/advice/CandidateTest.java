package io.rqorchestrator.advice;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.config.MemorySettings;
import io.rqorchestrator.config.ScalingSettings;
import io.rqorchestrator.simulation.Job;
import io.rqorchestrator.simulation.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class CandidateTest {

  private static final ScalingSettings SETTINGS =
      new ScalingSettings(
          1,
          20,
          0.5,
          Duration.ofSeconds(5),
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          Optional.empty(),
          new MemorySettings(OptionalLong.empty(), OptionalLong.empty()));

  /** Twenty jobs that begin at once. */
  private static Workloads jobs(Duration length) {
    List<Job> jobs = Collections.nCopies(20, new Job(Duration.ZERO, length));
    return new Workloads(
        List.of(new Workload("long", jobs, Duration.ofSeconds(1))),
        Duration.ZERO,
        OptionalLong.empty(),
        0,
        List.of());
  }

  private static List<String> names(Workloads jobs, List<String> remarks) {
    return Candidate.withAlternatives(SETTINGS, jobs, remarks::add).stream()
        .map(Candidate::name)
        .toList();
  }

  @Test
  void aPoolIsComparedWithTheOtherRuleAndStaticPools() {
    List<String> remarks = new ArrayList<>();
    assertThat(names(jobs(Duration.ofMinutes(1)), remarks))
        .containsExactly("rule, threshold 0.5", "target wait 1s", "static 1", "static 20");
    assertThat(remarks).isEmpty();
  }

  @Test
  void aStaticPoolThatWouldTakeForEverIsLeftOut() {
    List<String> remarks = new ArrayList<>();
    assertThat(names(jobs(Duration.ofMinutes(5000)), remarks))
        .containsExactly("rule, threshold 0.5", "target wait 1s", "static 20");
    assertThat(remarks)
        .containsExactly("static 1 left out: it would take more samples than can be simulated");
  }
}
