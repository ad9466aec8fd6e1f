package io.rqorchestrator.cli;

import io.rqorchestrator.daemon.StandardError;
import io.rqorchestrator.process.StandardStreams;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;

/** Entry point of the program. */
public final class Main {

  /** How long the last log lines may take to be written. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private Main() {}

  /** Runs the program and ends the process with its exit code. */
  public static void main(String[] args) {
    StandardStreams.occupy();
    Optional<String> unreadable =
        LocaleCheck.ofThisProcess().problem(args, System.getenv(), System.getProperty("user.dir"));
    if (unreadable.isPresent()) {
      System.err.println("rq-orchestrator: " + unreadable.get());
      System.exit(CommandLine.ExitCode.USAGE);
    }
    int exitCode = runsPool(args) ? runPool(args) : run(System.getenv(), args);
    System.exit(exitCode);
  }

  /** Runs the daemon, which never waits for the reader of its log, not even at its end. */
  private static int runPool(String... args) {
    StandardError error = StandardError.install();
    int exitCode = run(System.getenv(), args);
    try {
      error.finish(LAST_WORDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return exitCode;
  }

  private static boolean runsPool(String... args) {
    return args.length > 0 && args[0].equals("worker-pool");
  }

  /**
   * Runs the program.
   *
   * @return its exit code: 0 done, 1 could not run, 2 wrong command line
   */
  static int run(Map<String, String> environment, String... args) {
    // Words after the first "--" are for rq worker; picocli would take them for names of queues.
    int separator = runsPool(args) ? Arrays.asList(args).indexOf("--") : -1;
    String[] own = separator < 0 ? args : Arrays.copyOf(args, separator);
    List<String> rqArguments =
        separator < 0 ? List.of() : Arrays.asList(args).subList(separator + 1, args.length);
    return commandLine(environment, rqArguments).execute(own);
  }

  /** The command line with all its commands. */
  static CommandLine commandLine(Map<String, String> environment, List<String> rqArguments) {
    CommandLine commandLine = new CommandLine(new RqOrchestrator());
    commandLine.addSubcommand(new WorkerPoolCommand(environment, rqArguments));
    commandLine.addSubcommand(new StatusCommand(environment));
    commandLine.addSubcommand(new HistoryCommand(environment));
    commandLine.addSubcommand(ScaleCommand.line());
    for (CommandLine order : OrderCommand.all()) {
      commandLine.addSubcommand(order);
    }
    commandLine.addSubcommand(SetCommand.line());
    commandLine.addSubcommand(new PsCommand());
    commandLine.addSubcommand(new PlotCommand());
    commandLine.addSubcommand(new SimulateCommand());
    commandLine.addSubcommand(new AdviseCommand());
    commandLine.registerConverter(Boolean.class, new FlagConverter());
    commandLine.registerConverter(boolean.class, new FlagConverter());
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setDefaultValueProvider(new EnvironmentDefaults(environment));
    commandLine.setParameterExceptionHandler(OneLineErrors::wrongUsage);
    commandLine.setExecutionExceptionHandler(OneLineErrors::failed);
    commandLine.setUsageHelpAutoWidth(true);
    return commandLine;
  }
}
