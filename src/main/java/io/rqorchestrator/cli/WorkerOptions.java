package io.rqorchestrator.cli;

import io.rqorchestrator.config.InvalidSetting;
import io.rqorchestrator.config.Words;
import io.rqorchestrator.config.WorkerProgram;
import io.rqorchestrator.config.WorkerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a worker runs, and how it is started and stopped. */
final class WorkerOptions {

  @Option(
      names = "--python",
      paramLabel = "PYTHON",
      description =
          "The Python with RQ and the application. Default: that of the active virtual"
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
              + " queues are appended unless it names them: {queues} or --queue. With a word"
              + " rqworker, rq or rq.cli in it, --name NAME is appended, and for the min workers"
              + " --with-scheduler, see --no-scheduler. Default: '-m rq.cli worker'.")
  private @Nullable String workerEntry;

  @Option(
      names = "--worker-command",
      paramLabel = "COMMAND",
      description =
          "Any other command instead of --worker-entry. To stop its workers may lose a job."
              + " Default: none.")
  private @Nullable String workerCommand;

  @Option(
      names = "--preload",
      paramLabel = "MODULE",
      split = ",",
      description =
          "Import RQ and these modules once, in one process, and fork the workers from it: they"
              + " share memory and start fast. --preload=rq: only RQ. Default: each worker starts"
              + " on its own.")
  private List<String> preload = new ArrayList<>();

  @Option(
      names = "--no-scheduler",
      description = "Run no RQ scheduler. Default: the min workers run it.")
  private boolean noScheduler;

  @Option(
      names = "--start-timeout",
      paramLabel = "DURATION",
      defaultValue = "60s",
      converter = DurationConverter.class,
      description = "How long a worker may take to register, 100ms or more. Default: 60s.")
  private Duration startTimeout = Duration.ZERO;

  @Option(
      names = "--drain-timeout",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "How long workers may take for their jobs when the pool stops, 100ms or more; after that"
              + " the jobs are killed. The same holds for a worker that is replaced because it"
              + " shows no sign of life. Default: none, wait for the jobs.")
  private @Nullable Duration drainTimeout;

  /**
   * The settings.
   *
   * @param rqArguments the words after {@code --}
   * @param given the options on the command line
   * @throws InvalidSetting if one of them cannot be used
   */
  WorkerSettings settings(Map<String, String> environment, List<String> rqArguments, Given given) {
    return new WorkerSettings(
        program(given, rqArguments),
        python(environment),
        directory(environment),
        !noScheduler,
        startTimeout,
        Optional.ofNullable(drainTimeout),
        given.overrules("--worker-command", "--preload") ? List.of() : preload,
        rqArguments);
  }

  /** The Python as the user gave it. The system looks a bare name up in PATH. */
  private String python(Map<String, String> environment) {
    if (python != null) {
      return python.contains("/") ? directory(environment).resolve(python).toString() : python;
    }
    String active = environment.getOrDefault("VIRTUAL_ENV", "");
    return active.isEmpty() ? "python3" : Path.of(active, "bin", "python").toString();
  }

  /**
   * The workers' directory. Symbolic links in it stay unresolved: if a link {@code current} is
   * changed to a new release, new workers start in the new release.
   */
  private Path directory(Map<String, String> environment) {
    Path here = Path.of("").toAbsolutePath();
    Path logical = Path.of(environment.getOrDefault("PWD", ""));
    Path start = isSame(logical, here) ? logical : here;
    Path chosen = directory == null ? start : start.resolve(directory);
    if (!Files.isDirectory(chosen)) {
      throw new InvalidSetting("--directory", chosen, "must be a directory");
    }
    return chosen;
  }

  private static boolean isSame(Path one, Path other) {
    try {
      return one.isAbsolute() && Files.isSameFile(one, other);
    } catch (IOException e) {
      return false;
    }
  }

  private WorkerProgram program(Given given, List<String> rqArguments) {
    boolean overruled =
        given.overrules("--worker-entry", "--worker-command")
            || given.overrules("--preload", "--worker-command")
            || (!rqArguments.isEmpty() && !given.has("--worker-command"));
    @Nullable String command = overruled ? null : workerCommand;
    @Nullable String entry =
        given.overrules("--worker-command", "--worker-entry") ? null : workerEntry;
    if (command != null && entry != null) {
      throw new InvalidSetting(
          "--worker-command", command, "excludes --worker-entry: give one of them");
    }
    if (command != null) {
      return new WorkerProgram.ShellCommand(words("--worker-command", command));
    }
    return entry == null
        ? WorkerProgram.PythonEntry.RQ
        : new WorkerProgram.PythonEntry(words("--worker-entry", entry));
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
