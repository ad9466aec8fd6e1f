package io.rqorchestrator.cli;

import io.rqorchestrator.config.InvalidSetting;
import io.rqorchestrator.config.PoolSettings;
import io.rqorchestrator.config.RedisAddress;
import io.rqorchestrator.config.WorkerSettings;
import io.rqorchestrator.daemon.Daemon;
import io.rqorchestrator.daemon.DryRun;
import io.rqorchestrator.daemon.Logs;
import io.rqorchestrator.setup.PoolSetup;
import io.rqorchestrator.terminal.Texts;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
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
      "%nDurations are seconds (5, 0.5) or have units: 500ms, 30s, 1h30m; 365d at most.",
      "Every option is also read from the environment: --min-workers as"
          + " RQ_ORCHESTRATOR_MIN_WORKERS. The command line wins, also over what it excludes.",
      "Words after -- are passed to rq worker: -- --worker-class my.Worker --serializer json -P src",
      "%nExit codes: 0 stopped on request, 1 could not run or cold stop, 2 wrong command line,"
          + " 75 the pool already runs.",
      "Signals: SIGTERM and SIGINT let every worker finish its job; a second one does not wait.",
      "SIGHUP without a terminal replaces the workers one by one; with one it stops the pool."
    })
final class WorkerPoolCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerPoolCommand.class);

  @ArgGroup(validate = false, heading = "%nQueues:%n", order = 1)
  private final QueueOptions queue = new QueueOptions();

  @ArgGroup(validate = false, heading = "%nScaling:%n", order = 2)
  private final ScalingOptions scaling = new ScalingOptions();

  @ArgGroup(validate = false, heading = "%nWorkers:%n", order = 3)
  private final WorkerOptions workers = new WorkerOptions();

  @ArgGroup(validate = false, heading = "%nReplacing workers:%n", order = 4)
  private final RecycleOptions recycling = new RecycleOptions();

  @ArgGroup(validate = false, heading = "%nThe daemon:%n", order = 5)
  private final DaemonOptions daemon = new DaemonOptions();

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
    Given given = Given.of(spec);
    WorkerSettings workerSettings = workers.settings(environment, rqArguments, given);
    RqSettings rq =
        queue.isComplete()
            ? RqSettings.ofEnvironment(environment)
            : RqSettings.read(environment, workerSettings);
    PoolSettings settings = settings(given, workerSettings, rq);
    PoolSetup setup = PoolSetup.of(settings);
    if (daemon.dryRun()) {
      PrintWriter out = spec.commandLine().getOut();
      DryRun.lines(setup, environment).stream().map(Texts::harmless).forEach(out::println);
      out.flush();
      return 0;
    }
    Logs.configure(daemon.logLevel(), daemon.logFormat(), setup.identity().name(), environment);
    warnOfPassword(settings);
    warnOfMisspelling();
    rq.overlooked().ifPresent(LOG::warn);
    return Daemon.run(setup, environment, Version.number());
  }

  /** Every user of this host can read command lines. */
  private void warnOfPassword(PoolSettings settings) {
    if (Given.of(spec).has("--redis-url") && settings.redis().password().isPresent()) {
      LOG.warn("the password in --redis-url shows in ps: put the URL into RQ_REDIS_URL instead");
    }
    Stream<String> words =
        Stream.concat(
            settings.workers().program().words().stream(),
            settings.workers().rqArguments().stream());
    if (words.anyMatch(RedisAddress::showsPassword)) {
      LOG.warn(
          "the password in the workers' command shows in ps: leave it out, every worker has RQ_REDIS_URL");
    }
  }

  /** A misspelt variable has no effect, and its user believes that it has. */
  private void warnOfMisspelling() {
    EnvironmentDefaults.unread(environment.keySet(), spec.options())
        .forEach(name -> LOG.warn("{} is no option of worker-pool: it has no effect", name));
  }

  /**
   * The settings that the command line and the environment give.
   *
   * @throws InvalidSetting if one of them cannot be used
   */
  private PoolSettings settings(Given given, WorkerSettings workerSettings, RqSettings rq) {
    return new PoolSettings(
        queue.queues(given, rq),
        queue.redis(rq),
        scaling.settings(given),
        workerSettings,
        recycling.settings(),
        queue.name(),
        daemon.runtimeDirectory(),
        queue.burst(),
        daemon.historyFile(),
        daemon.http(),
        daemon.handoverTimeout());
  }
}
