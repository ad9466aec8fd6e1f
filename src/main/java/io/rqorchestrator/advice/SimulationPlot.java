package io.rqorchestrator.advice;

import io.rqorchestrator.config.ScalingSettings;
import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.ScalingEvent;
import io.rqorchestrator.plot.Frontier;
import io.rqorchestrator.plot.PoolPicture;
import io.rqorchestrator.plot.PoolPicture.Moment;
import io.rqorchestrator.plot.PoolPicture.PlottedStep;
import io.rqorchestrator.plot.PoolPicture.PlottedWait;
import io.rqorchestrator.plot.PoolPicture.SizeRange;
import io.rqorchestrator.plot.PoolPicture.StepKind;
import io.rqorchestrator.scaling.ScalingDecision;
import io.rqorchestrator.simulation.Outcome;
import io.rqorchestrator.time.Tick;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Takes the events of a simulation, and draws the simulation. */
public final class SimulationPlot implements EventSink {

  private final List<Moment> moments = new ArrayList<>();
  private final List<PlottedStep> steps = new ArrayList<>();

  @Override
  public void accept(Tick at, Event event) {
    double seconds = at.nanos() / 1e9;
    if (event instanceof ScalingEvent.Measured seen) {
      moments.add(
          new Moment(seconds, seen.active(), seen.live(), seen.utilization(), seen.queued()));
    } else if (event instanceof ScalingEvent.Decided decided && !decided.repeated()) {
      ScalingDecision decision = decided.decision();
      if (decision.to() != decision.from()) {
        StepKind change = decision.to() > decision.from() ? StepKind.GROW : StepKind.SHRINK;
        steps.add(new PlottedStep(seconds, change, decision.describe()));
      }
    }
  }

  /**
   * The picture: the simulation over time, and its wait and cost beside those of all results.
   *
   * @param result of the simulation whose events were taken
   */
  public String svg(Candidate.Result result, List<Candidate.Result> all) {
    ScalingSettings settings = result.candidate().settings();
    return new PoolPicture(
            result.candidate().name(),
            Optional.of(
                new SizeRange(settings.minWorkers(), settings.maxWorkers(), threshold(result))),
            moments,
            steps,
            waits(result.outcome()),
            all.size() < 2 ? Optional.empty() : Optional.of(frontier(all)))
        .svg();
  }

  /** The threshold, if the pool follows the utilization. */
  private static OptionalDouble threshold(Candidate.Result result) {
    return result.candidate().kind() == Frontier.MarkKind.RULE
        ? OptionalDouble.of(result.candidate().settings().threshold())
        : OptionalDouble.empty();
  }

  private static List<PlottedWait> waits(Outcome outcome) {
    return outcome.waited().stream()
        .map(job -> new PlottedWait(job.arrival(), job.seconds()))
        .sorted(Comparator.comparingDouble(PlottedWait::seconds))
        .toList();
  }

  private static Frontier frontier(List<Candidate.Result> results) {
    return new Frontier(
        "95 % waited no longer, s",
        results.stream()
            .map(
                result ->
                    new Frontier.Choice(
                        result.candidate().kind(),
                        result.candidate().name(),
                        result.candidate().name(),
                        result.outcome().workerHours(),
                        result.outcome().waits().p95()))
            .toList());
  }
}
