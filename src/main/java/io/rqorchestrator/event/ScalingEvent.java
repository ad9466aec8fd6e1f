package io.rqorchestrator.event;

import io.rqorchestrator.scaling.ScalingDecision;
import io.rqorchestrator.wire.WireName;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Measurements, and the decisions that follow from them. */
public sealed interface ScalingEvent extends Event {

  /**
   * A sample was taken and the load measured.
   *
   * @param load mean number of busy workers, in erlang
   * @param window the part of the window that was observed
   * @param jobs jobs that ended since the daemon started, as the worker hosts counted them
   * @param jobSeconds how long these jobs occupied their workers, summed, in seconds
   * @param jobDurations how many of these jobs fell into each bucket of {@link
   *     io.rqorchestrator.rq.Histogram}
   */
  @WireName("measured")
  record Measured(
      @WireName("load") double load,
      @WireName("window") Duration window,
      @WireName("utilization") double utilization,
      @WireName("active") int active,
      @WireName("live") int live,
      @WireName("busy") int busy,
      @WireName("queued") long queued,
      @WireName("oldest_wait") Optional<Duration> oldestWait,
      @WireName("jobs") long jobs,
      @WireName("job_seconds") double jobSeconds,
      @WireName("job_durations") List<Long> jobDurations)
      implements ScalingEvent {
    @Override
    public String describe() {
      return String.format(
          Locale.ROOT,
          "measured load %.2f, utilization %.2f, %d active of %d live, queued %d",
          load,
          utilization,
          active,
          live,
          queued);
    }

    @Override
    public Level level() {
      return Level.DETAIL;
    }
  }

  /**
   * A scaling decision was made.
   *
   * @param repeated whether it holds for the same kind of reason as the decision before
   */
  @WireName("decided")
  record Decided(
      @WireName("decision") ScalingDecision decision, @WireName("repeated") boolean repeated)
      implements ScalingEvent {
    @Override
    public String describe() {
      return decision.describe();
    }

    @Override
    public Level level() {
      return repeated ? Level.DETAIL : Level.CHANGE;
    }
  }
}
