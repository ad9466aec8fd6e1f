package io.rqorchestrator.scaling;

import io.rqorchestrator.measure.Load;
import io.rqorchestrator.time.Ticks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** An input in the making. Begins as an idle pool in 1..10 with a full window. */
final class Given {

  static final long MB = 1L << 20;

  private static final Duration WINDOW = Duration.ofSeconds(30);

  private final int active;
  private double now;
  private int min = 1;
  private int max = 10;
  private int draining;
  private int backingOff;
  private int busy;
  private int held;
  private Duration age = Duration.ZERO;
  private double load;
  private OptionalDouble recent = OptionalDouble.empty();
  private Duration elapsed = WINDOW;
  private long queued;
  private double meanService = 1;
  private Duration quiet = WINDOW;
  private int missing;
  private MemoryUse memory = MemoryUse.UNKNOWN;
  private ForeignCapacity foreign = ForeignCapacity.NONE;
  private Optional<Reason> holdReason = Optional.empty();

  private Given(int active) {
    this.active = active;
  }

  static Given active(int active) {
    return new Given(active);
  }

  Given at(double seconds) {
    now = seconds;
    return this;
  }

  Given within(int fewest, int most) {
    min = fewest;
    max = most;
    return this;
  }

  Given load(double erlang) {
    load = erlang;
    return this;
  }

  Given recently(double erlang) {
    recent = OptionalDouble.of(erlang);
    return this;
  }

  Given draining(int workers) {
    draining = workers;
    return this;
  }

  Given backingOff(int places) {
    backingOff = places;
    return this;
  }

  Given busy(int workers) {
    busy = workers;
    return this;
  }

  /** So many of the busy ones have held their job for longer than a minute. */
  Given held(int workers) {
    held = workers;
    return this;
  }

  /** For so long the other busy ones have held theirs. */
  Given busyFor(double seconds) {
    age = Duration.ofNanos(Math.round(seconds * 1e9));
    return this;
  }

  Given elapsed(double seconds) {
    elapsed = Duration.ofNanos(Math.round(seconds * 1e9));
    return this;
  }

  Given queued(long jobs) {
    queued = jobs;
    return this;
  }

  Given meanService(double seconds) {
    meanService = seconds;
    return this;
  }

  Given quiet(double seconds) {
    quiet = Duration.ofNanos(Math.round(seconds * 1e9));
    return this;
  }

  Given missing(int workers) {
    missing = workers;
    return this;
  }

  Given memory(long poolMb, long nextWorkerMb, long availableMb) {
    memory = new MemoryUse(poolMb * MB, 0, nextWorkerMb * MB, availableMb * MB, false);
    return this;
  }

  /** So much of what the pool takes goes with its draining workers. */
  Given leaving(long megabytes) {
    memory =
        new MemoryUse(
            memory.pool(), megabytes * MB, memory.nextWorker(), memory.available(), false);
    return this;
  }

  /** Workers of others take the same jobs. */
  Given foreign(int idle, int busyOnes, int pools) {
    foreign = new ForeignCapacity(idle, busyOnes, pools);
    return this;
  }

  /** No worker was weighed yet. */
  Given unweighed() {
    memory = new MemoryUse(memory.pool(), 0, memory.nextWorker(), memory.available(), true);
    return this;
  }

  Given holdReason(Reason why) {
    holdReason = Optional.of(why);
    return this;
  }

  private List<Duration> inHand() {
    return IntStream.range(0, busy)
        .mapToObj(worker -> worker < held ? Duration.ofSeconds(61) : age)
        .toList();
  }

  /** The input. */
  ScalingInput input() {
    return new ScalingInput(
        Ticks.at(now),
        min,
        max,
        new Headcount(active, active + draining, backingOff, inHand(), foreign, missing),
        new Demand(
            new Load(load, elapsed),
            recent.orElse(load),
            WINDOW,
            queued,
            queued * meanService,
            meanService,
            quiet),
        memory,
        holdReason);
  }
}
