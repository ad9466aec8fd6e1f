package io.rqorchestrator.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Counts what happens in a simulation, up to its end. Times are nanoseconds since its beginning.
 */
final class Tally {

  private final List<double[]> waits = new ArrayList<>();
  private final List<double[]> arrivals = new ArrayList<>();
  private int killed;
  private int left;
  private int live;
  private int busy;
  private int peak;
  private int starts;
  private int stops;
  private double workerSeconds;
  private double busySeconds;
  private long latest;
  private boolean closed;
  private Runnable whenDone = () -> {};

  Tally(List<Workload> queues) {
    for (Workload queue : queues) {
      int count = queue.jobs().size();
      waits.add(new double[count]);
      arrivals.add(new double[count]);
      left += count;
    }
  }

  /** Runs the action once every job is done or killed; at once if all are already. */
  void whenDone(Runnable action) {
    if (left == 0) {
      action.run();
    } else {
      whenDone = action;
    }
  }

  void started(JobRun run, long now) {
    passTo(now);
    busy++;
    arrivals.get(run.queue())[run.index()] = run.arrival() / 1e9;
    waits.get(run.queue())[run.index()] = (now - run.arrival()) / 1e9;
  }

  void ended(long now) {
    passTo(now);
    busy--;
    left--;
    if (left == 0) {
      whenDone.run();
    }
  }

  void killed(long now) {
    killed++;
    ended(now);
  }

  void spawned(long now) {
    passTo(now);
    live++;
    peak = Math.max(peak, live);
    starts += closed ? 0 : 1;
  }

  void gone(long now) {
    passTo(now);
    live--;
    stops += closed ? 0 : 1;
  }

  /** The simulation ends now. Later calls, from the shutdown of the pool, change no result. */
  void close(long now) {
    passTo(now);
    closed = true;
  }

  /** Whether the simulation has ended. */
  boolean isClosed() {
    return closed;
  }

  private void passTo(long now) {
    if (!closed) {
      double elapsed = (now - latest) / 1e9;
      workerSeconds += live * elapsed;
      busySeconds += busy * elapsed;
      latest = now;
    }
  }

  Outcome outcome() {
    double[] all = waits.stream().flatMapToDouble(Arrays::stream).toArray();
    List<Outcome.Waited> waited = new ArrayList<>(all.length);
    for (int queue = 0; queue < waits.size(); queue++) {
      for (int i = 0; i < waits.get(queue).length; i++) {
        waited.add(new Outcome.Waited(arrivals.get(queue)[i], waits.get(queue)[i]));
      }
    }
    return new Outcome(
        Waits.of(all),
        waits.stream().map(Waits::of).toList(),
        waited,
        killed,
        Duration.ofNanos(latest),
        workerSeconds,
        busySeconds,
        peak,
        starts,
        stops);
  }
}
