package io.rqorchestrator.scaling;

import static io.rqorchestrator.scaling.Reason.Code.ABOVE_THRESHOLD;
import static io.rqorchestrator.scaling.Reason.Code.BELOW_HALF_THRESHOLD;
import static io.rqorchestrator.scaling.Reason.Code.JOB_WAITS;
import static io.rqorchestrator.scaling.Reason.Code.LAST_WORKER;
import static io.rqorchestrator.scaling.Reason.Code.NOTHING_TO_DO;
import static io.rqorchestrator.scaling.Reason.Code.WITHIN_BAND;
import static java.util.Locale.ROOT;

/**
 * Adds a worker when utilization rises above the threshold <i>T</i>, retires one when it falls
 * below <i>T/2</i>, and holds otherwise.
 *
 * <p>With a dead band of one half no constant load <i>L</i> can flap: after a step down from
 * <i>n</i> (<i>L/n &lt; T/2</i>), <i>L/(n-1) &le; T</i> for n &ge; 2; after a step up (<i>L/n &gt;
 * T</i>), <i>L/(n+1) &ge; T/2</i>.
 *
 * <p>Utilization is undefined without workers, so two rules apply at zero: a waiting job starts the
 * first worker, and the last worker retires only after a whole window without work.
 */
final class UtilizationPolicy implements Policy {

  private final double threshold;

  /**
   * @param threshold in (0, 0.9]
   */
  UtilizationPolicy(double threshold) {
    if (!(threshold > 0 && threshold <= 0.9)) {
      throw new IllegalArgumentException("threshold (" + threshold + ") must be in (0, 0.9]");
    }
    this.threshold = threshold;
  }

  @Override
  public Want want(ScalingInput input) {
    int active = input.active();
    if (active == 0) {
      return input.demand().queued() > 0
          ? new Want(1, JOB_WAITS, "a job waits and no worker runs", input.numbers())
          : new Want(0, NOTHING_TO_DO, "no worker runs and no job waits", input.numbers());
    }
    double utilization = input.utilization();
    if (utilization > threshold) {
      String text = compared(utilization, ">", threshold);
      return new Want(active + 1, ABOVE_THRESHOLD, text, input.numbers());
    }
    if (utilization >= threshold / 2) {
      String band = ReasonText.two(threshold / 2) + ".." + ReasonText.two(threshold);
      String text = "utilization " + ReasonText.two(utilization) + " in " + band;
      return new Want(active, WITHIN_BAND, text, input.numbers());
    }
    if (active == 1 && input.min() == 0 && input.demand().hasWork()) {
      return new Want(1, LAST_WORKER, "the last worker stays while there is work", input.numbers());
    }
    String text = compared(utilization, "<", threshold / 2);
    return new Want(active - 1, BELOW_HALF_THRESHOLD, text, input.numbers());
  }

  /** Shows both numbers with two decimals, or with five if they look equal with two. */
  private static String compared(double utilization, String relation, double bound) {
    String one = ReasonText.two(utilization);
    String other = ReasonText.two(bound);
    return one.equals(other)
        ? String.format(ROOT, "utilization %.5f %s %.5f", utilization, relation, bound)
        : "utilization " + one + " " + relation + " " + other;
  }
}
