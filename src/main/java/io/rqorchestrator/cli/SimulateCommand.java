package io.rqorchestrator.cli;

import io.rqorchestrator.advice.Candidate;
import io.rqorchestrator.advice.MemoryFit;
import io.rqorchestrator.advice.SimulationPlot;
import io.rqorchestrator.advice.SimulationReport;
import io.rqorchestrator.advice.Workloads;
import io.rqorchestrator.config.ScalingSettings;
import io.rqorchestrator.daemon.CannotRun;
import io.rqorchestrator.terminal.Texts;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code simulate}: what a pool would do with a workload, without any worker. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = "Runs the real supervisor in virtual time against simulated jobs and workers.",
    footer = {
      "%nWorkloads and the defaults of their options:",
      "  poisson:rate=2,mean=1s,for=15m                   independent arrivals, jobs a second",
      "  bursts:size=40,every=1m,mean=1s,for=15m          many jobs at once, at regular times",
      "  diurnal:low=0.2,high=2,day=24h,mean=1s,for=24h   a rate that swings once a day",
      "  flash:rate=1,peak=10,every=5m,lasting=30s,mean=1s,for=30m",
      "                                                   a rate, and flash crowds",
      "  long-jobs:rate=2,mean=0.2s,long=30s,share=0.01,for=30m",
      "                                                   short jobs, and some long ones",
      "  csv:FILE, history:FILE                           your own",
      "Job lengths are exponentially distributed around mean; each=1s instead gives all one length.",
      "%nA wait is from enqueued to started. Hours are worker-hours: processes times time."
    })
final class SimulateCommand implements Callable<Integer> {

  @ArgGroup(validate = false, heading = "%nSimulation:%n", order = 1)
  private final SimulationOptions simulation = new SimulationOptions();

  @Option(
      names = "--compare",
      order = 2,
      description =
          "Also try the other rule, and static pools of min and of max workers. Default: off.")
  private boolean compare;

  @ArgGroup(validate = false, heading = "%nScaling, as for worker-pool:%n", order = 3)
  private final ScalingOptions scaling = new ScalingOptions();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
  private CommandSpec spec;

  @Override
  public Integer call() throws CannotRun {
    ScalingSettings settings = scaling.settings(Given.of(spec));
    if (simulation.plot().isPresent()) {
      PlotFile.check(simulation.plot().get());
    }
    Workloads workloads = simulation.workloads();
    List<String> remarks = new ArrayList<>(workloads.remarks());
    List<Candidate> candidates =
        compare
            ? Candidate.withAlternatives(settings, workloads, remarks::add)
            : List.of(Candidate.of(settings));
    SimulationPlot plot = new SimulationPlot();
    List<Candidate.Result> results = new ArrayList<>();
    for (Candidate candidate : candidates) {
      boolean isDrawn = results.isEmpty() && simulation.plot().isPresent();
      results.add(isDrawn ? candidate.simulate(workloads, plot) : candidate.simulate(workloads));
    }
    remarks.addAll(excesses(MemoryFit.of(settings, workloads), results));
    SimulationReport report = new SimulationReport(workloads, results);
    PrintWriter out = spec.commandLine().getOut();
    remarks.stream().map(Texts::harmless).forEach(spec.commandLine().getErr()::println);
    if (simulation.json()) {
      out.println(report.json());
    } else {
      report.lines().forEach(out::println);
    }
    out.flush();
    if (simulation.plot().isPresent()) {
      PlotFile.write(simulation.plot().get(), plot.svg(results.get(0), results));
    }
    return 0;
  }

  /**
   * A line for each pool beyond its budget. A pool exceeds its budget with min workers, with its
   * only worker, and before it knows what a worker takes.
   */
  private static List<String> excesses(MemoryFit memory, List<Candidate.Result> results) {
    return results.stream()
        .filter(result -> memory.isExceededBy(result.outcome().peakWorkers()))
        .map(
            result ->
                "%s takes more than %s at its peak"
                    .formatted(result.candidate().name(), memory.budget()))
        .toList();
  }
}
