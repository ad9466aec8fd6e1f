package io.rqorchestrator.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the jobs themselves wrote down: which ran, when, and in whose hands. */
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

  Map<String, Long> timesRun() {
    return runs.stream().collect(Collectors.groupingBy(Run::job, Collectors.counting()));
  }

  double busyWithin(double from, double to) {
    return runs.stream().mapToDouble(run -> run.within(from, to)).sum();
  }
}
