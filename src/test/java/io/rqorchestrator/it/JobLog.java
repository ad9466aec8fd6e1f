package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** What the jobs themselves wrote: which ran, when, and in which worker. */
record JobLog(List<Run> runs) {

  /** One run of a job; times in seconds since the epoch. */
  record Run(String job, double begun, double ended, long worker) {
    double seconds() {
      return ended - begun;
    }

    /** Seconds of it within a window. */
    double within(double from, double to) {
      return Math.max(0, Math.min(ended, to) - Math.max(begun, from));
    }
  }

  static JobLog read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return new JobLog(List.of());
    }
    return new JobLog(Files.readAllLines(file).stream().map(JobLog::parse).toList());
  }

  private static Run parse(String line) {
    String[] words = line.split(" ", -1);
    return new Run(
        words[0],
        Double.parseDouble(words[1]),
        Double.parseDouble(words[2]),
        Long.parseLong(words[3]));
  }

  /** Waits until this many runs have ended. */
  static void awaitRuns(Path file, int count) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> read(file).runs().size() == count);
  }

  /** Asserts that this many jobs have run, and each of them once. */
  static void assertEachRanOnce(Path file, int count) throws IOException {
    assertThat(read(file).timesRun())
        .hasSize(count)
        .allSatisfy((job, times) -> assertThat(times).as(job).isOne());
  }

  Map<String, Long> timesRun() {
    return runs.stream().collect(Collectors.groupingBy(Run::job, Collectors.counting()));
  }

  double busyWithin(double from, double to) {
    return runs.stream().mapToDouble(run -> run.within(from, to)).sum();
  }
}
