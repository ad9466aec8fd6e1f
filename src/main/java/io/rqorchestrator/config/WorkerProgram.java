package io.rqorchestrator.config;

import java.util.List;

/** What a worker process runs. */
public sealed interface WorkerProgram {

  /** The words of the command, program or entry first. */
  List<String> words();

  /**
   * A Python entry that runs inside the worker host, so that its stop is loss-free.
   *
   * @param words {@code -m MODULE ARGS...} or {@code SCRIPT.py ARGS...}
   */
  record PythonEntry(List<String> words) implements WorkerProgram {
    /** RQ's own command line. */
    public static final PythonEntry RQ = new PythonEntry(List.of("-m", "rq.cli", "worker"));

    /** Keeps a copy. */
    public PythonEntry {
      words = List.copyOf(words);
    }

    /**
     * Whether it accepts {@code --name} and {@code --with-scheduler}, as {@code rq worker} does.
     */
    public boolean takesRqOptions() {
      return words.contains("rqworker") || words.contains("rq.cli") || words.contains("rq");
    }
  }

  /**
   * Any other command, run without the worker host; its stop may lose a job.
   *
   * @param words program and arguments
   */
  record ShellCommand(List<String> words) implements WorkerProgram {
    /** Keeps a copy. */
    public ShellCommand {
      words = List.copyOf(words);
    }
  }

  /** Whether it is RQ's own command line, which reads RQ's settings. */
  default boolean isRq() {
    return words().stream()
        .anyMatch(word -> word.equals("rq.cli") || word.equals("rq") || word.endsWith("/rq"));
  }

  /** Whether the command names the queues itself, so that they must not be appended. */
  default boolean namesQueues() {
    return words().stream()
        .anyMatch(
            word ->
                word.contains("{queues}")
                    || word.equals("--queue")
                    || word.startsWith("--queue=")
                    || word.equals("--queues")
                    || word.startsWith("--queues="));
  }
}
