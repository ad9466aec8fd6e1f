package io.rqorchestrator.scaling;

import static io.rqorchestrator.scaling.Reason.Code.BACKLOG;
import static io.rqorchestrator.scaling.Reason.Code.LAST_WORKER;
import static io.rqorchestrator.scaling.Reason.Code.NOTHING_TO_DO;
import static io.rqorchestrator.scaling.Reason.Code.STAFFING;

import io.rqorchestrator.time.DurationMath;
import io.rqorchestrator.time.DurationText;
import io.rqorchestrator.time.Seconds;
import java.time.Duration;

/**
 * Wants enough workers for jobs to start within a target wait <i>t</i>: {@code max(staffing,
 * backlog)}.
 *
 * <p><b>Staffing</b> serves jobs that arrive at random. It is the smallest <i>n</i> for which at
 * most {@value #LATE} of the jobs wait longer than <i>t</i> at the measured load and mean service
 * time, by {@link ErlangC}.
 *
 * <ul>
 *   <li>A worker that runs a long job serves no other job. It is added to <i>n</i>, and its part of
 *       the load is subtracted.
 *   <li>Dead band: the load is an estimate, so the pool shrinks only if the smaller size would also
 *       serve a load that is a tenth higher. A constant load therefore does not make the size flap.
 * </ul>
 *
 * <p><b>Backlog</b> serves jobs that wait already: {@code busy + ceil((min(queued, queuedSeconds /
 * t) - soonFree) / pools)}.
 *
 * <ul>
 *   <li>{@code queuedSeconds / t}: the workers that the queued work needs to start within <i>t</i>.
 *   <li>{@code soonFree}: the busy workers, including foreign ones on the same queues, that are
 *       expected to be free within <i>t</i>, and the idle foreign workers.
 *   <li>{@code pools}: the number of elastic pools on the same queues, this one included; each
 *       starts its share.
 *   <li>The result is rounded only once: with two roundings, the size depended on the moment of the
 *       decision.
 *   <li>Starting workers are part of the present size, so no worker is started twice for one
 *       backlog.
 * </ul>
 */
final class TargetWaitPolicy implements Policy {

  /** The share of jobs that may wait longer than the target. */
  private static final double LATE = 0.05;

  /** A smaller size must also serve the measured load times this factor. */
  private static final double MARGIN = 1.1;

  /** More than any pool has room for. */
  private static final int MOST = Integer.MAX_VALUE / 2;

  private final Duration target;
  private final Duration longJob;

  TargetWaitPolicy(TargetWait wait) {
    this.target = wait.target();
    this.longJob = wait.longJob();
  }

  @Override
  public Want want(ScalingInput input) {
    Demand demand = input.demand();
    int staffing = staffing(input);
    int backlog = backlog(input);
    if (backlog > staffing) {
      return new Want(backlog, BACKLOG, "backlog " + demand.queued(), numbers(input));
    }
    if (staffing > 0) {
      int held = input.workers().heldLongerThan(longJob);
      String load = ReasonText.two(held + shortLoad(input));
      String what =
          "load " + load + " needs " + staffing + " for waits of " + DurationText.of(target);
      return new Want(staffing, STAFFING, what, numbers(input));
    }
    return input.min() == 0 && input.active() > 0 && demand.hasWork()
        ? new Want(1, LAST_WORKER, "the last worker stays while there is work", numbers(input))
        : new Want(0, NOTHING_TO_DO, "nothing to do", numbers(input));
  }

  /**
   * The present size, bounded below by the size that the load needs and above by the size that the
   * load times {@link #MARGIN} needs.
   */
  private int staffing(ScalingInput input) {
    int held = input.workers().heldLongerThan(longJob);
    double load = shortLoad(input);
    int least = held + servers(load, input);
    int most = held + servers(MARGIN * load, input);
    return Math.min(most, Math.max(least, input.active()));
  }

  /**
   * The load without long jobs: {@code min(load * observed, 2 * recent)}.
   *
   * <ul>
   *   <li>{@code observed} is the observed part of the window, 0 to 1. The other part counts as
   *       idle; otherwise a few jobs at the beginning would look like a high load.
   *   <li>{@code recent} is the load in the last third of the window. It bounds the load, because a
   *       burst that is over needs no workers.
   * </ul>
   */
  private double shortLoad(ScalingInput input) {
    Demand demand = input.demand();
    Duration elapsed = demand.load().elapsed();
    Duration recently = DurationMath.min(elapsed, demand.window().dividedBy(3));
    double observed = Math.min(1, Seconds.of(elapsed) / Seconds.of(demand.window()));
    double load = demand.load().erlang() - input.workers().heldErlang(longJob, elapsed);
    double recent = demand.recent() - input.workers().heldErlang(longJob, recently);
    return Math.max(0, Math.min(load * observed, 2 * recent));
  }

  private int servers(double load, ScalingInput input) {
    return ErlangC.servers(load, input.demand().meanService(), Seconds.of(target), LATE);
  }

  private int backlog(ScalingInput input) {
    Demand demand = input.demand();
    if (demand.queued() == 0) {
      return 0;
    }
    double lanes = Math.min((double) demand.queued(), demand.queuedSeconds() / Seconds.of(target));
    ForeignCapacity foreign = input.workers().foreign();
    double missing = lanes - soonFree(input) - foreign.soonFree(target, demand.meanService());
    double more = Math.ceil(foreign.partOf(missing));
    int wanted = input.workers().busy() + (int) Math.max(0, Math.min(MOST, more));
    return missing > 0 || !foreign.isPresent() ? Math.max(1, wanted) : wanted;
  }

  /**
   * How many of the busy workers are expected to be free within the target <i>t</i>: each with the
   * probability {@code 1 - exp(-t / max(a, s))}, where <i>a</i> is the age of its job and <i>s</i>
   * the mean service time. An old job is expected to take as long again.
   */
  private double soonFree(ScalingInput input) {
    double mean = input.demand().meanService();
    return input.workers().inHand().stream()
        .filter(age -> age.compareTo(longJob) <= 0)
        .mapToDouble(age -> Math.max(Seconds.of(age), mean))
        .map(left -> 1 - Math.exp(-Seconds.of(target) / left))
        .sum();
  }

  private static String numbers(ScalingInput input) {
    String mean = DurationText.ofSeconds(input.demand().meanService());
    ForeignCapacity foreign = input.workers().foreign();
    String others = foreign.isPresent() ? foreign.describe() + ", " : "";
    return "busy "
        + input.workers().busy()
        + ", "
        + others
        + "mean "
        + mean
        + ", "
        + input.numbers();
  }
}
