package io.rqorchestrator.simulation;

import io.rqorchestrator.config.InvalidSetting;
import io.rqorchestrator.time.Seconds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Workloads drawn at random from a short description such as {@code
 * poisson:rate=2,mean=1s,for=15m}. The same description and seed give the same jobs. Every option
 * has a default.
 *
 * <ul>
 *   <li>{@code poisson}: independent arrivals at a {@code rate}
 *   <li>{@code bursts}: {@code size} jobs at once, one such burst per {@code every}
 *   <li>{@code diurnal}: a rate that varies between {@code low} and {@code high} with the period
 *       {@code day}
 *   <li>{@code flash}: a {@code rate}, and once per {@code every} a {@code peak} rate for the time
 *       {@code lasting}
 *   <li>{@code long-jobs}: independent arrivals; a {@code share} of the jobs takes the time {@code
 *       long}
 * </ul>
 *
 * <p>Every kind has the option {@code for}: how long jobs arrive. The length of jobs is
 * exponentially distributed with the mean {@code mean}, or is always {@code each}.
 */
public final class GeneratedWorkload {

  /** All kinds. */
  public static final List<String> KINDS =
      List.of("poisson", "bursts", "diurnal", "flash", "long-jobs");

  /** More jobs would not fit into memory. */
  private static final int MOST_JOBS = 5_000_000;

  /** More candidates would take minutes to draw, even if few of them become jobs. */
  private static final int MOST_CANDIDATES = 200_000_000;

  private final String text;
  private final WorkloadOptions options;
  private final RandomGenerator random;
  private final Duration span;

  private GeneratedWorkload(String text, WorkloadOptions options, long seed, String span) {
    this.text = text;
    this.options = options;
    this.random = new SplittableRandom(seed);
    this.span = options.duration("for", span);
  }

  /**
   * Draws a workload.
   *
   * @param text {@code KIND} or {@code KIND:NAME=VALUE,...}
   * @param seed of the random numbers
   * @throws InvalidSetting if {@code text} is not a valid description
   */
  public static Workload of(String text, long seed) {
    WorkloadOptions options = WorkloadOptions.parse(text);
    return switch (options.kind()) {
      case "poisson" -> new GeneratedWorkload(text, options, seed, "15m").poisson();
      case "bursts" -> new GeneratedWorkload(text, options, seed, "15m").bursts();
      case "diurnal" -> new GeneratedWorkload(text, options, seed, "24h").diurnal();
      case "flash" -> new GeneratedWorkload(text, options, seed, "30m").flash();
      case "long-jobs" -> new GeneratedWorkload(text, options, seed, "30m").longJobs();
      default ->
          throw new InvalidSetting(
              "--workload",
              text,
              "must begin with " + String.join(":, ", KINDS) + ":, csv: or history:");
    };
  }

  private Workload poisson() {
    double rate = options.rate("rate", 2);
    Lengths lengths = lengths("1s");
    return arrivals(Rate.constant(rate), lengths);
  }

  private Workload diurnal() {
    double low = options.rateOrNone("low", 0.2);
    double high = options.rate("high", 2);
    double day = Seconds.of(options.duration("day", "24h"));
    Lengths lengths = lengths("1s");
    return arrivals(Rate.wave(low, high, day), lengths);
  }

  private Workload flash() {
    double base = options.rateOrNone("rate", 1);
    double peak = options.rate("peak", 10);
    Duration every = options.duration("every", "5m");
    Duration lasting = options.duration("lasting", "30s");
    Lengths lengths = lengths("1s");
    if (lasting.compareTo(every) > 0) {
      throw options.wrong("lasting", "must not exceed every");
    }
    Rate rate = Rate.flash(base, peak, Seconds.of(every), Seconds.of(lasting));
    return arrivals(rate, lengths);
  }

  private Workload longJobs() {
    double rate = options.rate("rate", 2);
    double share = options.share("share", 0.01);
    Lengths longOnes = Lengths.each(options.duration("long", "30s"));
    Lengths lengths = lengths("200ms");
    return arrivals(Rate.constant(rate), Lengths.mix(share, longOnes, lengths));
  }

  private Workload bursts() {
    int size = options.count("size", 40);
    double every = Seconds.of(options.duration("every", "1m"));
    Lengths lengths = lengths("1s");
    options.refuseOthers();
    refuseTooMany(Seconds.of(span) / every * size);
    List<Job> jobs = new ArrayList<>();
    // The first burst comes after half a period, not while the pool starts.
    for (double at = every / 2; at < Seconds.of(span); at += every) {
      for (int i = 0; i < size; i++) {
        jobs.add(job(at, lengths));
      }
    }
    return new Workload(text, jobs, span);
  }

  /** Exponentially distributed lengths, or equal lengths if {@code each} is given. */
  private Lengths lengths(String mean) {
    return options.has("each")
        ? Lengths.each(options.duration("each", "1s"))
        : Lengths.mean(options.duration("mean", mean));
  }

  /**
   * A Poisson process with a rate that changes. Candidates arrive at the highest rate; each is kept
   * with the probability {@code rate at its time / highest rate} (thinning, Lewis and Shedler
   * 1979).
   */
  private Workload arrivals(Rate rate, Lengths lengths) {
    options.refuseOthers();
    double highest = rate.highest();
    refuseTooMany(rate.expected(Seconds.of(span)));
    refuseTooManyCandidates(highest * Seconds.of(span));
    List<Job> jobs = new ArrayList<>();
    double end = Seconds.of(span);
    double at = Lengths.exponential(random) / highest;
    while (at < end) {
      if (random.nextDouble() * highest < rate.at(at)) {
        jobs.add(job(at, lengths));
      }
      at += Lengths.exponential(random) / highest;
    }
    return new Workload(text, jobs, span);
  }

  private Job job(double at, Lengths lengths) {
    return new Job(
        Duration.ofNanos((long) (at * 1e9)), Duration.ofNanos((long) (lengths.next(random) * 1e9)));
  }

  private void refuseTooMany(double expected) {
    if (expected > MOST_JOBS) {
      throw new InvalidSetting(
          "--workload", text, "must stay below 5,000,000 jobs: shorten it or lower its rate");
    }
  }

  private void refuseTooManyCandidates(double expected) {
    if (expected > MOST_CANDIDATES) {
      throw new InvalidSetting(
          "--workload",
          text,
          "must stay below 200,000,000 jobs if its highest rate lasted: shorten it or lower that");
    }
  }
}
