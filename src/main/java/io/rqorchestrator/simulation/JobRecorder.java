package io.rqorchestrator.simulation;

import io.rqorchestrator.rq.Histogram;
import io.rqorchestrator.rq.JobSamples;
import io.rqorchestrator.rq.JobSamples.Service;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Measures jobs as a worker host does. */
final class JobRecorder {

  private static final double[] BOUNDS =
      Histogram.BOUNDS.stream().mapToDouble(Double::doubleValue).toArray();

  private final Buckets waits = new Buckets();
  private final Buckets durations = new Buckets();
  private final Map<String, Service> queues = new HashMap<>();
  private JobSamples written = JobSamples.NONE;
  private boolean isWritten = true;

  /** The worker has taken a job that had waited this long, in seconds. */
  void began(double wait) {
    waits.add(wait);
    isWritten = false;
  }

  /** A job of this queue has ended after {@code duration} seconds. */
  void ended(String queue, double duration) {
    durations.add(duration);
    queues.merge(queue, new Service(1, duration), Service::plus);
    isWritten = false;
  }

  /** All measurements so far. */
  JobSamples samples() {
    if (!isWritten) {
      written = new JobSamples(waits.histogram(), durations.histogram(), queues);
      isWritten = true;
    }
    return written;
  }

  /** A mutable histogram. */
  private static final class Buckets {
    private final long[] counts = new long[BOUNDS.length + 1];
    private double sum;

    void add(double seconds) {
      int found = Arrays.binarySearch(BOUNDS, seconds);
      counts[found < 0 ? -found - 1 : found]++;
      sum += seconds;
    }

    Histogram histogram() {
      List<Long> boxed = new ArrayList<>(counts.length);
      for (long count : counts) {
        boxed.add(count);
      }
      return new Histogram(sum, boxed);
    }
  }
}
