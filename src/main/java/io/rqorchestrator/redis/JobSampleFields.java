package io.rqorchestrator.redis;

import io.rqorchestrator.rq.Histogram;
import io.rqorchestrator.rq.JobSamples;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Parses the job samples that worker hosts publish. Most workers have done no job since the last
 * sample, so the parsed values are cached until the text changes.
 */
final class JobSampleFields {

  private static final String[] FIELDS = {
    "wait_sum", "wait_buckets", "duration_sum", "duration_buckets"
  };

  /** More jobs than any worker ever does; sums of such counts stay exact. */
  private static final long MOST_JOBS = 1_000_000_000_000L;

  private record Parsed(List<@Nullable String> texts, Optional<JobSamples> samples) {}

  private final List<String> queues;
  private final List<String> names;
  private final Map<String, Parsed> known = new HashMap<>();

  JobSampleFields(List<String> queues) {
    this.queues = List.copyOf(queues);
    this.names =
        Stream.concat(Stream.of(FIELDS), queues.stream().map(RqKeys::serviceField)).toList();
  }

  /** Names of the fields. */
  List<String> names() {
    return names;
  }

  /**
   * A worker's job samples.
   *
   * @param own the fields that the worker's host publishes
   */
  Optional<JobSamples> parse(String worker, Map<String, String> own, RqFields fields) {
    List<@Nullable String> texts = new ArrayList<>(names.size());
    for (String name : names) {
      texts.add(own.get(name));
    }
    @Nullable Parsed before = known.get(worker);
    if (before == null || !before.texts().equals(texts)) {
      before = new Parsed(texts, parse(own, fields));
      known.put(worker, before);
    }
    return before.samples();
  }

  /** Forgets all but these workers. */
  void retain(Set<String> workers) {
    known.keySet().retainAll(workers);
  }

  private Optional<JobSamples> parse(Map<String, String> text, RqFields fields) {
    Optional<Histogram> wait = histogram(text, "wait", fields);
    Optional<Histogram> duration = histogram(text, "duration", fields);
    if (wait.isEmpty() || duration.isEmpty()) {
      return Optional.empty();
    }
    Map<String, JobSamples.Service> services = new HashMap<>();
    for (String queue : queues) {
      service(text.get(RqKeys.serviceField(queue)), fields)
          .ifPresent(service -> services.put(queue, service));
    }
    return Optional.of(new JobSamples(wait.get(), duration.get(), services));
  }

  private static Optional<Histogram> histogram(
      Map<String, String> text, String name, RqFields fields) {
    String buckets = text.get(name + "_buckets");
    if (buckets == null) {
      return Optional.empty();
    }
    List<Long> counts = new ArrayList<>();
    for (String count : buckets.split(",", -1)) {
      fields.count(count).stream().filter(jobs -> jobs <= MOST_JOBS).forEach(counts::add);
    }
    double sum = fields.seconds(text.get(name + "_sum")).orElse(-1);
    if (sum < 0 || counts.size() != Histogram.BOUNDS.size() + 1) {
      fields.countUnreadable();
      return Optional.empty();
    }
    return Optional.of(new Histogram(sum, counts));
  }

  /** {@code JOBS,SECONDS}. */
  private static Optional<JobSamples.Service> service(@Nullable String text, RqFields fields) {
    if (text == null) {
      return Optional.empty();
    }
    int comma = text.indexOf(',');
    long jobs = comma < 0 ? -1 : fields.count(text.substring(0, comma)).orElse(-1);
    double seconds = comma < 0 ? -1 : fields.seconds(text.substring(comma + 1)).orElse(-1);
    if (jobs < 0 || jobs > MOST_JOBS || seconds < 0) {
      fields.countUnreadable();
      return Optional.empty();
    }
    return Optional.of(new JobSamples.Service(jobs, seconds));
  }
}
