package io.rqorchestrator.cli;

import io.rqorchestrator.advice.AdviceReport;
import io.rqorchestrator.advice.Candidate;
import io.rqorchestrator.advice.MemoryFit;
import io.rqorchestrator.advice.SettingsSearch;
import io.rqorchestrator.advice.Workloads;
import io.rqorchestrator.config.Durations;
import io.rqorchestrator.config.InvalidSetting;
import io.rqorchestrator.config.ScalingSettings;
import io.rqorchestrator.daemon.CannotRun;
import io.rqorchestrator.terminal.Texts;
import io.rqorchestrator.text.SizeText;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code advise}: the settings that keep a wait on a workload at the least cost. */
@Command(
    name = "advise",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = {
      "Simulates a workload with many settings of worker-pool, prints those that no other beats in"
          + " wait, worker-hours and peak, and the cheapest that keeps a wait.",
      "%nIt stays within --min-workers and --max-workers, and varies both, the threshold and the"
          + " target wait. The other scaling options stay as given; those for a target wait are"
          + " used only with one."
    },
    footer = {
      "%nWorkloads: see rq-orchestrator simulate --help.",
      "Exit codes: 0 advised, 1 no setting within the bounds keeps the wait, 2 wrong command line."
    })
final class AdviseCommand implements Callable<Integer> {

  private static final Duration LONGEST = Duration.ofDays(30);

  private static final Set<String> VARIED =
      Set.of("--min-workers", "--max-workers", "--utilization-threshold", "--target-wait");

  /** Options that {@code worker-pool} refuses without a target wait. */
  private static final Set<String> WITH_TARGET =
      Set.of("--shrink-hold", "--long-job", "--max-step");

  @ArgGroup(validate = false, heading = "%nAdvice:%n", order = 1)
  private final Goal wanted = new Goal();

  @ArgGroup(validate = false, heading = "%nSimulation:%n", order = 2)
  private final SimulationOptions simulation = new SimulationOptions();

  @ArgGroup(validate = false, heading = "%nScaling, as for worker-pool:%n", order = 3)
  private final ScalingOptions scaling = new ScalingOptions();

  /** What the settings must reach. */
  static final class Goal {
    @Option(
        names = "--keep-wait",
        paramLabel = "DURATION",
        defaultValue = "1s",
        converter = DurationConverter.class,
        description = "The wait that 95 %% of the jobs must not exceed, 10ms to 30d. Default: 1s.")
    private Duration keepWait = Duration.ZERO;
  }

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
  private CommandSpec spec;

  @Override
  public Integer call() throws CannotRun {
    if (wanted.keepWait.compareTo(Duration.ofMillis(10)) < 0
        || wanted.keepWait.compareTo(LONGEST) > 0) {
      throw new InvalidSetting(
          "--keep-wait", Durations.format(wanted.keepWait), "must be within 10ms..30d");
    }
    ScalingSettings bounds = scaling.aimingAt(wanted.keepWait);
    if (simulation.plot().isPresent()) {
      PlotFile.check(simulation.plot().get());
    }
    Workloads workloads = simulation.workloads();
    SettingsSearch search = new SettingsSearch(workloads, bounds, wanted.keepWait);
    search.run();
    printRemarks(workloads.remarks());
    Candidate.Result nearest =
        search.nearest().orElseThrow(() -> new CannotRun(tooLarge(workloads, bounds)));
    printRemarks(search.remarks());
    AdviceReport report = new AdviceReport(workloads, search, wanted.keepWait, this::commandLine);
    PrintWriter out = spec.commandLine().getOut();
    if (simulation.json()) {
      out.println(report.json());
    } else {
      report.lines().forEach(out::println);
    }
    out.flush();
    if (simulation.plot().isPresent()) {
      PlotFile.write(simulation.plot().get(), report.svg(nearest));
    }
    if (search.advice().isEmpty()) {
      throw new CannotRun(missed(workloads, bounds, nearest));
    }
    return 0;
  }

  private void printRemarks(List<String> remarks) {
    remarks.stream().map(Texts::harmless).forEach(spec.commandLine().getErr()::println);
  }

  private static String tooLarge(Workloads workloads, ScalingSettings bounds) {
    int least = Math.max(1, bounds.minWorkers());
    return "%s is kept by no setting within %d..%d workers: raise it%s; a pool of %d with its daemon takes %s"
        .formatted(
            MemoryFit.of(bounds, workloads).budget(),
            bounds.minWorkers(),
            bounds.maxWorkers(),
            bounds.minWorkers() > 1 ? ", or lower --min-workers" : "",
            least,
            workloads.weight().map(weight -> weight.of(least)).map(SizeText::of).orElse("0 MB"));
  }

  private String missed(Workloads workloads, ScalingSettings bounds, Candidate.Result nearest) {
    return String.format(
        Locale.ROOT,
        "--keep-wait (%s) is kept by no setting within %d..%d workers: the nearest, %s, keeps"
            + " %.2fs; raise %s, or --min-workers if workers start too slowly (%s)",
        Durations.format(wanted.keepWait),
        bounds.minWorkers(),
        bounds.maxWorkers(),
        nearest.candidate().name(),
        nearest.outcome().waits().p95(),
        MemoryFit.of(bounds, workloads).holds(bounds.maxWorkers() + 1)
            ? "--max-workers"
            : "--max-workers and --memory-budget",
        Durations.format(workloads.startDelay()));
  }

  /**
   * The command line of worker-pool: the settings that were tried, and the options that were given.
   */
  private String commandLine(ScalingSettings settings) {
    List<String> words = new ArrayList<>(List.of("rq-orchestrator", "worker-pool"));
    words.add("--min-workers=" + settings.minWorkers());
    words.add("--max-workers=" + settings.maxWorkers());
    settings
        .targetWait()
        .ifPresentOrElse(
            wait -> words.add("--target-wait=" + Durations.format(wait.target())),
            () -> words.add("--utilization-threshold=" + settings.threshold()));
    Set<String> ours = Set.copyOf(scalingNames());
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      boolean fits =
          settings.targetWait().isPresent() || !WITH_TARGET.contains(option.longestName());
      if (fits && ours.contains(option.longestName()) && !VARIED.contains(option.longestName())) {
        option
            .originalStringValues()
            .forEach(value -> words.add(option.longestName() + "=" + value));
      }
    }
    return String.join(" ", words);
  }

  private List<String> scalingNames() {
    return spec.argGroups().stream()
        .filter(group -> String.valueOf(group.heading()).contains("Scaling"))
        .flatMap(group -> group.allOptionsNested().stream())
        .map(OptionSpec::longestName)
        .toList();
  }
}
