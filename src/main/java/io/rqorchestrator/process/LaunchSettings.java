package io.rqorchestrator.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How workers are started.
 *
 * @param poolId the pool's id, put into each worker's environment
 * @param poolName the pool's name, put into each worker's environment
 * @param namePrefix what the workers' names begin with
 * @param python the Python that runs the worker host
 * @param directory the workers' working directory, symbolic links kept
 * @param program entry of the worker host, or a whole command if {@code hosted} is false
 * @param hosted whether the program runs inside the worker host
 * @param takesRqOptions whether the program knows {@code --name} and {@code --with-scheduler}
 * @param appendsQueues whether the queues are appended to the program
 * @param queues queues in priority order
 * @param rqArguments further arguments for {@code rq worker}
 * @param preload modules that a fork server imports before it forks the workers; empty if each
 *     worker is started by itself
 * @param startTimeout how long the imports may take
 * @param redisUrl handed to the workers by environment, never on the command line
 */
public record LaunchSettings(
    String poolId,
    String poolName,
    String namePrefix,
    String python,
    Path directory,
    List<String> program,
    boolean hosted,
    boolean takesRqOptions,
    boolean appendsQueues,
    List<String> queues,
    List<String> rqArguments,
    List<String> preload,
    Duration startTimeout,
    String redisUrl) {

  /** Keeps copies. */
  public LaunchSettings {
    program = List.copyOf(program);
    queues = List.copyOf(queues);
    rqArguments = List.copyOf(rqArguments);
    preload = List.copyOf(preload);
  }
}
