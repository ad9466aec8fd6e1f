package io.rqorchestrator.measure;

import static io.rqorchestrator.time.Ticks.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rqorchestrator.rq.BusyReading;
import io.rqorchestrator.rq.Readings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Against a simulated truth: workers with busy and idle stretches of random lengths, sampled at
 * jittered times. What may differ is the sample in which the window's edge falls: a quarter of an
 * interval at most, 1 % of the window.
 */
class BusyTruthPropertyTest {

  private static final int WINDOW = 30;
  private static final int LIFE = 150;
  private static final int TRIALS = 100;

  @Test
  void theWorkerHostsReadingsGiveTheTrueLoad() {
    for (long seed = 1; seed <= TRIALS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<TrueWorker> workers = new ArrayList<>();
      int count = random.nextInt(1, 5);
      for (int i = 0; i < count; i++) {
        workers.add(new TrueWorker("w" + i, random));
      }
      check(seed, workers, random);
    }
  }

  private static void check(long seed, List<TrueWorker> workers, SplittableRandom random) {
    BusyLedger ledger = new BusyLedger(Duration.ofSeconds(WINDOW));
    workers.forEach(worker -> ledger.begin(at(0), worker.name));
    double now = 0;
    while (now < LIFE) {
      now += random.nextDouble(0.85, 1.15);
      for (TrueWorker worker : workers) {
        worker.report(ledger, now);
      }
      double from = Math.max(0, now - WINDOW);
      double truth = 0;
      for (TrueWorker worker : workers) {
        truth += worker.busyUntil(now) - worker.busyUntil(from);
      }
      assertThat(ledger.load(at(now)).erlang())
          .as("seed %d at %.3f s", seed, now)
          .isEqualTo(truth / (now - from), within(0.01 * workers.size()));
    }
  }

  /** A worker whose whole life is known beforehand. */
  private static final class TrueWorker {
    private final String name;
    private final NavigableMap<Double, Stretch> stretches = new TreeMap<>();

    /** A busy stretch, and the busy time before it. */
    private record Stretch(double before, double from, double to) {}

    TrueWorker(String name, SplittableRandom random) {
      this.name = name;
      double longest = length(random, 100);
      double busy = 0;
      double time = -1;
      while (time < LIFE + 2) {
        double from = Math.max(0, time + length(random, longest));
        double to = from + length(random, longest);
        stretches.put(from, new Stretch(busy, from, to));
        busy += to - from;
        time = to;
      }
    }

    /** From 10 ms to {@code longest}, each magnitude as likely as the next. */
    private static double length(SplittableRandom random, double longest) {
      return 0.01 * Math.pow(longest / 0.01, random.nextDouble());
    }

    double busyUntil(double time) {
      Map.Entry<Double, Stretch> entry = stretches.floorEntry(time);
      if (entry == null) {
        return 0;
      }
      Stretch stretch = entry.getValue();
      return stretch.before() + Math.min(time, stretch.to()) - stretch.from();
    }

    void report(BusyLedger ledger, double now) {
      Map.Entry<Double, Stretch> entry = stretches.floorEntry(now);
      boolean busy = entry != null && now < entry.getValue().to();
      BusyReading reading =
          busy
              ? Readings.exact(entry.getValue().before(), at(entry.getKey()))
              : Readings.exact(busyUntil(now));
      ledger.observe(at(now), name, reading, busy);
    }
  }
}
