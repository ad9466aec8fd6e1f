package io.rqorchestrator.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How workers are started.
 *
 * @param pool the names of the pool
 * @param python the Python that runs the worker host
 * @param directory the workers' working directory, symbolic links kept
 * @param program what a worker runs
 * @param queues queues in priority order
 * @param preload what a fork server imports
 * @param redisUrl handed to the workers by environment, never on the command line
 */
public record LaunchSettings(
    PoolNames pool,
    String python,
    Path directory,
    Program program,
    List<String> queues,
    Preload preload,
    String redisUrl) {

  /** Keeps a copy. */
  public LaunchSettings {
    queues = List.copyOf(queues);
  }

  /**
   * The names of a pool. Id and name are put into each worker's environment.
   *
   * @param workerPrefix the beginning of the workers' names
   */
  public record PoolNames(String id, String name, String workerPrefix) {}

  /**
   * What a worker runs.
   *
   * @param words entry of the worker host, or a whole command if {@code hosted} is false
   * @param rqArguments further arguments for {@code rq worker}
   * @param hosted whether the program runs inside the worker host
   * @param takesRqOptions whether the program knows {@code --name} and {@code --with-scheduler}
   * @param appendsQueues whether the queues are appended to the program
   */
  public record Program(
      List<String> words,
      List<String> rqArguments,
      boolean hosted,
      boolean takesRqOptions,
      boolean appendsQueues) {

    /** Keeps copies. */
    public Program {
      words = List.copyOf(words);
      rqArguments = List.copyOf(rqArguments);
    }
  }

  /**
   * What a fork server imports before it forks the workers.
   *
   * @param modules empty if each worker is started by itself
   * @param timeout how long the imports may take
   */
  public record Preload(List<String> modules, Duration timeout) {

    /** Keeps a copy. */
    public Preload {
      modules = List.copyOf(modules);
    }
  }
}
