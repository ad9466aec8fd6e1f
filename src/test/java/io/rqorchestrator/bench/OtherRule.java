package io.rqorchestrator.bench;

import io.rqorchestrator.scaling.Reason;
import io.rqorchestrator.scaling.ScalingDecision;
import io.rqorchestrator.scaling.ScalingInput;
import io.rqorchestrator.scaling.ScalingPolicy;
import io.rqorchestrator.time.Seconds;
import io.rqorchestrator.time.Tick;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The rules of others, stated again from their source code with their defaults, for comparison on
 * the same jobs. Whom to retire, and that it loses no job, is our pool's affair with all of them.
 */
abstract class OtherRule implements ScalingPolicy {

  private static final Reason WHY = new Reason(Reason.Code.WITHIN_BAND, "as others do");

  /** The size it wants. */
  abstract int want(ScalingInput input);

  @Override
  public final ScalingDecision decide(ScalingInput input) {
    if (input.holdReason().isPresent()) {
      return new ScalingDecision.Hold(input.active(), WHY);
    }
    int room = Math.max(input.active(), input.active() + input.max() - input.workers().live());
    int size = Math.max(input.min(), Math.min(Math.min(input.max(), room), want(input)));
    return ScalingDecision.of(input.active(), size, size, WHY);
  }

  /**
   * Laravel Horizon, strategy {@code time}, one queue, asked every 3 s ({@code balanceCooldown}):
   * the queue's share of the time to clear all queues is the whole of it, so all of {@code max} is
   * the target as soon as anything waits; one step at a time ({@code balanceMaxShift}).
   */
  static final class Horizon extends OtherRule {
    @Override
    int want(ScalingInput input) {
      double timeToClear = input.demand().queued() * input.demand().meanService();
      int target = timeToClear > 0 ? input.max() : input.min();
      return input.active() + Integer.signum(target - input.active());
    }
  }

  /**
   * Celery {@code --autoscale}, asked every second: as many processes as requests are reserved,
   * running and prefetched, up to four times the processes; grows at once; shrinks 30 s ({@code
   * AUTOSCALE_KEEPALIVE}) after it last grew, and never before it has.
   */
  static final class Celery extends OtherRule {
    private static final int PREFETCH = 4;
    private static final double KEEPALIVE = 30;

    private @Nullable Tick lastGrown;

    @Override
    int want(ScalingInput input) {
      long most = (long) PREFETCH * input.active();
      int reserved =
          (int) Math.min(most, input.workers().inHand().size() + input.demand().queued());
      if (reserved > input.active()) {
        lastGrown = input.at();
        return reserved;
      }
      boolean mayShrink = lastGrown != null && Seconds.of(input.at().since(lastGrown)) > KEEPALIVE;
      return mayShrink ? reserved : input.active();
    }
  }

  /**
   * uWSGI {@code cheaper_busyness}, asked every second, with a window of one cycle ({@code
   * cheaper-overload}, 3 s): above 50 % one more; below 25 % one less once {@code multiplier}
   * cycles have passed; a worker that is missed within that time raises the multiplier by 2, else
   * it decays to 10. A backlog above 33 starts one worker at once.
   */
  static final class Uwsgi extends OtherRule {
    private static final double CYCLE = 3;
    private static final int START = 10;
    private static final int PENALTY = 2;
    private static final int BACKLOG = 33;

    private int multiplier = START;
    private @Nullable Tick lastCycle;
    private @Nullable Tick calmSince;
    private @Nullable Tick lastRemoved;

    @Override
    int want(ScalingInput input) {
      Tick now = input.at();
      int active = input.active();
      if (input.demand().queued() > BACKLOG) {
        multiplier = START;
        return active + 1;
      }
      if (lastCycle != null && Seconds.of(now.since(lastCycle)) < CYCLE) {
        return active;
      }
      lastCycle = now;
      double busyness = input.utilization();
      if (busyness > 0.5) {
        calmSince = null;
        boolean missed =
            lastRemoved != null && Seconds.of(now.since(lastRemoved)) < multiplier * CYCLE;
        multiplier = missed ? multiplier + PENALTY : Math.max(START, multiplier - 1);
        return active + 1;
      }
      if (busyness >= 0.25) {
        return active;
      }
      if (calmSince == null) {
        calmSince = now;
      }
      if (Seconds.of(now.since(calmSince)) >= multiplier * CYCLE) {
        calmSince = now;
        lastRemoved = now;
        return active - 1;
      }
      return active;
    }
  }

  /**
   * Kubernetes HPA fed by KEDA's Redis scaler, asked every 15 s: one replica for each 5 waiting
   * jobs ({@code listLength}), no action within 10 %; up by at most 4 or as many again; down to the
   * highest want of the last 300 s. Running jobs are not seen.
   */
  static final class Hpa extends OtherRule {
    private static final double LIST_LENGTH = 5;
    private static final double TOLERANCE = 0.1;
    private static final double STABILIZATION = 300;

    private record Wanted(Tick at, int size) {}

    private final Deque<Wanted> wanted = new ArrayDeque<>();

    @Override
    int want(ScalingInput input) {
      int active = Math.max(1, input.active());
      double ratio = input.demand().queued() / (LIST_LENGTH * active);
      int desired =
          Math.abs(ratio - 1) <= TOLERANCE
              ? active
              : (int) Math.ceil(input.demand().queued() / LIST_LENGTH);
      desired = Math.max(Math.max(1, input.min()), desired);
      wanted.addLast(new Wanted(input.at(), desired));
      wanted.removeIf(old -> Seconds.of(input.at().since(old.at())) > STABILIZATION);
      if (desired > active) {
        return Math.min(desired, active + Math.max(4, active));
      }
      int highest = wanted.stream().mapToInt(Wanted::size).max().orElse(desired);
      return Math.min(active, highest);
    }
  }
}
