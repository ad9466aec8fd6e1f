package io.rqorchestrator.cli;

import io.rqorchestrator.config.InvalidSetting;
import io.rqorchestrator.config.PoolSettings;
import io.rqorchestrator.config.RedisAddress;
import io.rqorchestrator.config.Words;
import io.rqorchestrator.config.WorkerProgram;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code worker-pool}: turns the command line into settings and runs the pool. */
@Command(
    name = "worker-pool",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = "Runs a pool of RQ workers that follows the load.",
    customSynopsis = "rq-orchestrator worker-pool [OPTIONS] [QUEUE...] [-- RQ-WORKER-OPTIONS]",
    footer = {
      "%nDurations are seconds (5, 0.5) or have units: 500ms, 30s, 1h30m.",
      "Every option is also read from the environment: --min-workers as"
          + " RQ_ORCHESTRATOR_MIN_WORKERS. The command line wins.",
      "What follows -- is handed to rq worker: -- --worker-class my.Worker --serializer json -P src",
      "%nExit codes: 0 stopped as asked, 1 could not run or cold stop, 2 wrong command line.",
      "Signals: SIGTERM and SIGINT let every worker finish its job; a second one does not wait.",
      "SIGHUP without a terminal replaces the workers one by one; with one it stops the pool."
    })
final class WorkerPoolCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerPoolCommand.class);

  /** Options for the first day. */
  static final class Essential {
    @Parameters(
        arity = "0..*",
        paramLabel = "QUEUE",
        description = "Queues in priority order. Default: default.")
    private List<String> queueArguments = new ArrayList<>();

    @Option(
        names = {"-u", "--redis-url"},
        paramLabel = "URL",
        description =
            "redis:// or rediss://, with user, password and database. Default: RQ_REDIS_URL, then"
                + " REDIS_URL, then redis://localhost:6379/0. A password is better kept in the"
                + " environment.")
    private @Nullable String redisUrl;

    @Option(
        names = "--min-workers",
        paramLabel = "N",
        defaultValue = "1",
        description = "Fewest workers, 0..1000. Default: 1.")
    private int minWorkers;

    @Option(
        names = "--max-workers",
        paramLabel = "N",
        defaultValue = "8",
        description = "Most workers, 1..1000. Default: 8.")
    private int maxWorkers;

    @Option(
        names = "--utilization-threshold",
        paramLabel = "T",
        defaultValue = "0.5",
        description =
            "One worker more above this share of busy time, one less below half of it; above 0, at"
                + " most 0.9. Default: 0.5.")
    private double threshold;
  }

  /** Options that many will want. */
  static final class Common {
    @Option(
        names = "--queue",
        paramLabel = "QUEUE",
        split = ",",
        description = "Queues, as the arguments; comma-separated and repeatable.")
    private List<String> queues = new ArrayList<>();

    @Option(
        names = "--scaling-period",
        paramLabel = "DURATION",
        defaultValue = "5s",
        converter = DurationConverter.class,
        description = "Time between scaling decisions, 100ms or more. Default: 5s.")
    private Duration scalingPeriod = Duration.ZERO;

    @Option(
        names = "--utilization-window",
        paramLabel = "DURATION",
        defaultValue = "30s",
        converter = DurationConverter.class,
        description =
            "What utilization is measured over, at least one sampling interval. Default: 30s.")
    private Duration window = Duration.ZERO;

    @Option(
        names = "--python",
        paramLabel = "PYTHON",
        description =
            "The Python that has RQ and the application. Default: that of the active virtual"
                + " environment, else python3.")
    private @Nullable String python;

    @Option(
        names = "--directory",
        paramLabel = "DIR",
        description = "Working directory of the workers. Default: the current one.")
    private @Nullable Path directory;

    @Option(
        names = "--worker-entry",
        paramLabel = "ENTRY",
        description =
            "What a worker runs inside Python: 'manage.py rqworker', or '-m MODULE ARGS'. The"
                + " queues are appended unless it names them: {queues} or --queue. Default:"
                + " '-m rq.cli worker'.")
    private @Nullable String workerEntry;

    @Option(
        names = "--drain-timeout",
        paramLabel = "DURATION",
        converter = DurationConverter.class,
        description =
            "How long a stopping worker may take for its job; after that the job is killed. 100ms"
                + " or more. Default: none, wait for the job.")
    private @Nullable Duration drainTimeout;

    @Option(
        names = "--burst",
        description = "Stop with exit code 0 once the queues are empty. Default: off.")
    private boolean burst;

    @Option(
        names = "--dry-run",
        description = "Print what would be run and start nothing. Default: off.")
    private boolean dryRun;

    @Option(
        names = "--log-level",
        paramLabel = "LEVEL",
        defaultValue = "info",
        description = "debug, info, warn or error. Default: info.")
    private Logs.Detail logLevel = Logs.Detail.INFO;

    @Option(
        names = "--log-format",
        paramLabel = "FORMAT",
        defaultValue = "text",
        description = "text or json. Default: text.")
    private Logs.Format logFormat = Logs.Format.TEXT;
  }

  /** Options for special needs. */
  static final class Rare {
    @Option(
        names = "--name",
        paramLabel = "NAME",
        description =
            "Name of the pool; one daemon per name and host. Default: derived from host, Redis and"
                + " queues.")
    private @Nullable String name;

    @Option(
        names = "--sampling-interval",
        paramLabel = "DURATION",
        defaultValue = "1s",
        converter = DurationConverter.class,
        description = "Time between readings of Redis, 100ms or more. Default: 1s.")
    private Duration samplingInterval = Duration.ZERO;

    @Option(
        names = "--start-timeout",
        paramLabel = "DURATION",
        defaultValue = "60s",
        converter = DurationConverter.class,
        description = "How long a worker may take to register, 100ms or more. Default: 60s.")
    private Duration startTimeout = Duration.ZERO;

    @Option(
        names = "--restart-surge",
        paramLabel = "N",
        defaultValue = "1",
        description =
            "Most extra workers while others are replaced by a rolling restart (SIGHUP without a"
                + " terminal) or recycled, 1..1000. Default: 1.")
    private int restartSurge;

    @Option(
        names = "--max-worker-jobs",
        paramLabel = "N",
        description =
            "Replace a worker after so many jobs, 1 or more, up to a tenth more so that not all go"
                + " at once. Default: none.")
    private @Nullable Long maxWorkerJobs;

    @Option(
        names = "--max-worker-age",
        paramLabel = "DURATION",
        converter = DurationConverter.class,
        description = "Replace a worker at this age, up to a tenth more. Default: none.")
    private @Nullable Duration maxWorkerAge;

    @Option(
        names = "--max-worker-memory",
        paramLabel = "SIZE",
        converter = MemorySizeConverter.class,
        description =
            "Replace an idle worker above this size (PSS), 10MB or more: 300MB, 1GB. Default:"
                + " none.")
    private @Nullable Long maxWorkerMemory;

    @Option(
        names = "--no-scheduler",
        description = "Run no RQ scheduler. Default: the min workers run it.")
    private boolean noScheduler;

    @Option(
        names = "--worker-command",
        paramLabel = "COMMAND",
        description =
            "Any other command instead of --worker-entry. Its stop may lose a job. Default: none.")
    private @Nullable String workerCommand;

    @Option(
        names = "--history-file",
        paramLabel = "FILE",
        description =
            "Append samples, decisions and changes as JSON lines; at 64 MB it becomes FILE.1."
                + " Default: none.")
    private @Nullable Path historyFile;

    @Option(
        names = "--runtime-dir",
        paramLabel = "DIR",
        description =
            "Where the pool keeps its helper files. Default: RUNTIME_DIRECTORY, else"
                + " XDG_RUNTIME_DIR/rq-orchestrator, else a private one.")
    private @Nullable Path runtimeDirectory;
  }

  @ArgGroup(validate = false, heading = "%nEssential:%n", order = 1)
  private final Essential essential = new Essential();

  @ArgGroup(validate = false, heading = "%nCommon:%n", order = 2)
  private final Common common = new Common();

  @ArgGroup(validate = false, heading = "%nRare:%n", order = 3)
  private final Rare rare = new Rare();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
  private CommandSpec spec;

  private final Map<String, String> environment;
  private final List<String> rqArguments;

  WorkerPoolCommand(Map<String, String> environment, List<String> rqArguments) {
    this.environment = environment;
    this.rqArguments = rqArguments;
  }

  @Override
  public Integer call() throws Exception {
    PoolSettings settings = settings();
    Wiring wiring = new Wiring(settings, environment);
    if (common.dryRun) {
      PrintWriter out = spec.commandLine().getOut();
      wiring.dryRun().forEach(out::println);
      out.flush();
      return 0;
    }
    Logs.configure(common.logLevel, common.logFormat, wiring.identity().name());
    warnOfPassword(settings);
    return wiring.run();
  }

  /** Everybody on this host can read a command line. */
  private void warnOfPassword(PoolSettings settings) {
    boolean given = spec.commandLine().getParseResult().hasMatchedOption("--redis-url");
    if (given && settings.redis().password().isPresent()) {
      LOG.warn("the password in --redis-url shows in ps: put the URL into RQ_REDIS_URL instead");
    }
  }

  /**
   * The settings that the command line and the environment give.
   *
   * @throws InvalidSetting if one of them cannot be used
   */
  PoolSettings settings() {
    List<String> queues = new ArrayList<>(essential.queueArguments);
    queues.addAll(common.queues);
    String url = Optional.ofNullable(essential.redisUrl).orElse("redis://localhost:6379/0");
    return new PoolSettings(
        queues.isEmpty() ? List.of("default") : queues,
        RedisAddress.parse("--redis-url", url),
        essential.minWorkers,
        essential.maxWorkers,
        common.scalingPeriod,
        rare.samplingInterval,
        common.window,
        essential.threshold,
        Optional.ofNullable(rare.name),
        Optional.ofNullable(rare.runtimeDirectory),
        python(),
        directory(),
        program(),
        !rare.noScheduler,
        common.burst,
        rare.startTimeout,
        Optional.ofNullable(common.drainTimeout),
        rare.restartSurge,
        optional(rare.maxWorkerJobs),
        Optional.ofNullable(rare.maxWorkerAge),
        optional(rare.maxWorkerMemory),
        rqArguments,
        Optional.ofNullable(rare.historyFile).map(Path::toAbsolutePath));
  }

  private static OptionalLong optional(@Nullable Long number) {
    return number == null ? OptionalLong.empty() : OptionalLong.of(number);
  }

  /** As given: a bare name is looked up by the system, a path stays unresolved. */
  private String python() {
    if (common.python != null) {
      return common.python.contains("/")
          ? directory().resolve(common.python).toString()
          : common.python;
    }
    String active = environment.getOrDefault("VIRTUAL_ENV", "");
    return active.isEmpty() ? "python3" : Path.of(active, "bin", "python").toString();
  }

  /**
   * The workers' directory with its symbolic links as the user sees them: after a flip of {@code
   * current -> release}, new workers start in the new release.
   */
  private Path directory() {
    Path here = Path.of("").toAbsolutePath();
    Path logical = Path.of(environment.getOrDefault("PWD", ""));
    Path start = isSame(logical, here) ? logical : here;
    Path directory = common.directory == null ? start : start.resolve(common.directory);
    if (!Files.isDirectory(directory)) {
      throw new InvalidSetting("--directory", directory, "must be a directory");
    }
    return directory;
  }

  private static boolean isSame(Path one, Path other) {
    try {
      return one.isAbsolute() && Files.isSameFile(one, other);
    } catch (IOException e) {
      return false;
    }
  }

  private WorkerProgram program() {
    if (rare.workerCommand != null && common.workerEntry != null) {
      throw new InvalidSetting(
          "--worker-command", rare.workerCommand, "excludes --worker-entry: give one of them");
    }
    if (rare.workerCommand != null) {
      return new WorkerProgram.Command(words("--worker-command", rare.workerCommand));
    }
    return common.workerEntry == null
        ? WorkerProgram.Entry.RQ
        : new WorkerProgram.Entry(words("--worker-entry", common.workerEntry));
  }

  private static List<String> words(String option, String text) {
    try {
      List<String> words = Words.split(text);
      if (words.isEmpty()) {
        throw new InvalidSetting(option, text, "must name what a worker runs");
      }
      return words;
    } catch (IllegalArgumentException e) {
      throw new InvalidSetting(option, text, String.valueOf(e.getMessage()));
    }
  }
}
