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
 * As many workers as let jobs begin within a target wait <i>t</i>; the larger of two numbers.
 *
 * <p><b>Staffing</b>, for what comes at random: the smallest <i>n</i> for which at most {@value
 * #LATE} of the jobs wait longer than <i>t</i> at the measured load and mean service time, by
 * {@link ErlangC}. A worker that a long job holds serves nobody else, so it is put aside together
 * with the erlang it stands for. The load is an estimate, so the pool is not made smaller before it
 * has fallen by a tenth below what the present size serves: the dead band that keeps a constant
 * load from flapping.
 *
 * <p><b>Backlog</b>, for what has come already: the busy workers, and one more for each <i>t</i> of
 * queued work that nobody will be free for in time, {@code busy + ceil((min(queued, queued seconds
 * / t) - soon free) / pools)}. Workers of others on the same queues are free for it, too, and other
 * elastic pools there answer the same backlog, each its part. Rounded once: two roundings made the
 * size depend on the moment at which it was looked at. Workers that are starting are part of the
 * size that this is compared with, so that no backlog is answered twice.
 */
final class TargetWaitPolicy implements Policy {

  /** The share of jobs that may wait longer than the target. */
  private static final double LATE = 0.05;

  /** How far above the measured load the true one may lie before the pool is made smaller. */
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

  /** The present size where it suffices and is not too large even for a little more load. */
  private int staffing(ScalingInput input) {
    int held = input.workers().heldLongerThan(longJob);
    double load = shortLoad(input);
    int least = held + servers(load, input);
    int most = held + servers(MARGIN * load, input);
    return Math.min(most, Math.max(least, input.active()));
  }

  /**
   * The load to staff for, beside the workers that long jobs hold. Over a window that has only
   * begun, a few jobs would look like many, so the part that was not observed counts as idle. A
   * burst that is over is nothing to staff for, so it is no more than twice the load of late.
   */
  private double shortLoad(ScalingInput input) {
    Demand demand = input.demand();
    Duration elapsed = demand.load().elapsed();
    Duration lately = DurationMath.min(elapsed, demand.window().dividedBy(3));
    double observed = Math.min(1, Seconds.of(elapsed) / Seconds.of(demand.window()));
    double load = demand.load().erlang() - input.workers().heldErlang(longJob, elapsed);
    double recent = demand.recent() - input.workers().heldErlang(longJob, lately);
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
   * How many of the busy workers will take a queued job within the target. A job that has lasted
   * <i>a</i> is expected to take as long again, and no less than the mean <i>s</i>: it ends in time
   * with {@code 1 - exp(-t / max(a, s))}.
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
