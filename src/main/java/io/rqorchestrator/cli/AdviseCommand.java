package io.rqorchestrator.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.rqorchestrator.config.Durations;
import io.rqorchestrator.config.InvalidSetting;
import io.rqorchestrator.config.ScalingSettings;
import io.rqorchestrator.daemon.CannotRun;
import io.rqorchestrator.plot.Frontier;
import io.rqorchestrator.terminal.Texts;
import io.rqorchestrator.text.SizeText;
import io.rqorchestrator.time.Seconds;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
      "%nIt stays within --min-workers and --max-workers and varies both, the threshold and the"
          + " target wait. The other scaling options are taken as given, those that go with a target wait where"
          + " there is one."
    },
    footer = {
      "%nWorkloads: see rq-orchestrator simulate --help.",
      "Exit codes: 0 advised, 1 no setting within the bounds keeps the wait, 2 wrong command line."
    })
final class AdviseCommand implements Callable<Integer> {

  private static final Duration LONGEST = Duration.ofDays(30);

  /** Up to so many times the wait to keep are drawn. */
  private static final int DRAWN = 10;

  private static final Set<String> VARIED =
      Set.of("--min-workers", "--max-workers", "--utilization-threshold", "--target-wait");

  /** What {@code worker-pool} refuses where no target wait is given. */
  private static final Set<String> WITH_TARGET =
      Set.of("--shrink-hold", "--long-job", "--max-step");

  @ArgGroup(validate = false, heading = "%nAdvice:%n", order = 1)
  private final Goal wanted = new Goal();

  @ArgGroup(validate = false, heading = "%nSimulation:%n", order = 2)
  private final SimulationOptions simulation = new SimulationOptions();

  @ArgGroup(validate = false, heading = "%nScaling, as of worker-pool:%n", order = 3)
  private final ScalingOptions scaling = new ScalingOptions();

  /** What is to be reached. */
  static final class Goal {
    @Option(
        names = "--keep-wait",
        paramLabel = "DURATION",
        defaultValue = "1s",
        converter = DurationConverter.class,
        description = "95 %% of the jobs are to wait no longer, 10ms to 30d. Default: 1s.")
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
      SimulationPlot.check(simulation.plot().get());
    }
    Workloads jobs = simulation.jobs();
    SettingsSearch search = new SettingsSearch(jobs, bounds, wanted.keepWait);
    search.run();
    jobs.remarks().stream().map(Texts::harmless).forEach(spec.commandLine().getErr()::println);
    Candidate.Result nearest =
        search.nearest().orElseThrow(() -> new CannotRun(tooLarge(jobs, bounds)));
    search.remarks().stream().map(Texts::harmless).forEach(spec.commandLine().getErr()::println);
    PrintWriter out = spec.commandLine().getOut();
    if (simulation.json()) {
      out.println(json(jobs, search));
    } else {
      lines(jobs, search).forEach(out::println);
    }
    out.flush();
    if (simulation.plot().isPresent()) {
      SimulationPlot.write(simulation.plot().get(), picture(search, nearest));
    }
    if (search.advice().isEmpty()) {
      throw new CannotRun(missed(jobs, bounds, nearest));
    }
    return 0;
  }

  private static String tooLarge(Workloads jobs, ScalingSettings bounds) {
    int least = Math.max(1, bounds.minWorkers());
    return "%s is kept by no setting within %d..%d workers: raise it%s; the daemon and %d take %s"
        .formatted(
            MemoryFit.of(bounds, jobs).budget(),
            bounds.minWorkers(),
            bounds.maxWorkers(),
            bounds.minWorkers() > 1 ? ", or lower --min-workers" : "",
            least,
            jobs.weight().map(weight -> weight.of(least)).map(SizeText::of).orElse("0 MB"));
  }

  private String missed(Workloads jobs, ScalingSettings bounds, Candidate.Result nearest) {
    return String.format(
        Locale.ROOT,
        "--keep-wait (%s) is kept by no setting within %d..%d workers: the nearest, %s, keeps"
            + " %.2fs; raise %s, or --min-workers if workers start too slowly (%s)",
        Durations.format(wanted.keepWait),
        bounds.minWorkers(),
        bounds.maxWorkers(),
        nearest.candidate().name(),
        nearest.outcome().waits().p95(),
        MemoryFit.of(bounds, jobs).holds(bounds.maxWorkers() + 1)
            ? "--max-workers"
            : "--max-workers and --memory-budget",
        Durations.format(jobs.startDelay()));
  }

  // As text.

  private List<String> lines(Workloads jobs, SettingsSearch search) {
    List<String> lines = new ArrayList<>(new SimulationReport(jobs, search.frontier()).lines());
    lines.add("");
    lines.add(
        "%d settings tried; those above are beaten by no other in 95 %% wait, hours and peak."
            .formatted(search.tried()));
    search
        .advice()
        .ifPresent(
            best -> {
              lines.add("");
              lines.add(
                  String.format(
                      Locale.ROOT,
                      "Cheapest that lets 95 %% wait no longer than %s (%.2fs, %.2f worker-hours):",
                      Durations.format(wanted.keepWait),
                      best.outcome().waits().p95(),
                      best.outcome().workerHours()));
              lines.add("  " + commandLine(best.candidate().settings()));
            });
    return lines;
  }

  /** What worker-pool is to be told: what was tried, and what was given. */
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

  // As data.

  private String json(Workloads jobs, SettingsSearch search) {
    Gson gson = new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("keep_wait", Seconds.of(wanted.keepWait));
    report.put("tried", search.tried());
    report.put("frontier", search.frontier().stream().map(one -> fields(jobs, one)).toList());
    Optional<Candidate.Result> advice = search.advice();
    advice.ifPresent(best -> report.put("advice", fields(jobs, best)));
    return gson.toJson(report);
  }

  private Map<String, Object> fields(Workloads jobs, Candidate.Result result) {
    Map<String, Object> fields = SimulationReport.fields(jobs, result);
    fields.put("command", commandLine(result.candidate().settings()));
    return fields;
  }

  /** Waits far beyond the one to keep would press all others onto the axis: they are left out. */
  private String picture(SettingsSearch search, Candidate.Result nearest) {
    double most = Math.max(DRAWN * Seconds.of(wanted.keepWait), nearest.outcome().waits().p95());
    String advised = search.advice().map(best -> best.candidate().name()).orElse("");
    return new Frontier(
            "95 % waited no longer, s",
            search.all().stream()
                .filter(result -> result.outcome().waits().p95() <= most)
                .map(
                    result -> {
                      String name = result.candidate().name();
                      boolean isLabelled =
                          name.equals(advised)
                              || result.candidate().kind() == Frontier.MarkKind.STATIC;
                      return new Frontier.Choice(
                          result.candidate().kind(),
                          name,
                          isLabelled ? name : "",
                          result.outcome().workerHours(),
                          result.outcome().waits().p95());
                    })
                .toList())
        .svg();
  }
}
