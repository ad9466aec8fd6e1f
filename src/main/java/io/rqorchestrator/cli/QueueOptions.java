package io.rqorchestrator.cli;

import io.rqorchestrator.config.RedisAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The queues that the pool serves. */
final class QueueOptions {

  @Parameters(
      arity = "0..*",
      paramLabel = "QUEUE",
      split = ",",
      description =
          "Queues in priority order; also comma-separated. Default: QUEUES in the module that"
              + " RQ_CONFIG names, else the queue default.")
  private List<String> queueArguments = new ArrayList<>();

  @Option(
      names = "--queue",
      paramLabel = "QUEUE",
      split = ",",
      description = "Queues, like the arguments; comma-separated and repeatable.")
  private List<String> queues = new ArrayList<>();

  @Option(
      names = {"-u", "--redis-url"},
      paramLabel = "URL",
      description =
          "redis:// or rediss://, with user, password and database. Default: RQ_REDIS_URL, then as"
              + " rq worker: from the module that RQ_CONFIG names, else REDIS_URL, or REDIS_HOST,"
              + " REDIS_PORT, REDIS_DB, then redis://localhost:6379/0. Put a password into the"
              + " environment instead: ps shows command lines.")
  private @Nullable String redisUrl;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "Name of the pool; one daemon per name and host. Default: derived from host, Redis and"
              + " queues.")
  private @Nullable String name;

  @Option(
      names = "--burst",
      description = "Stop with exit code 0 once the queues are empty. Default: off.")
  private boolean burst;

  /** Whether queues and Redis are both named, so that RQ's settings are not needed. */
  boolean isComplete() {
    return redisUrl != null && !(queueArguments.isEmpty() && queues.isEmpty());
  }

  /**
   * Queues in priority order. Arguments win over queues in the environment, and both win over RQ's
   * settings.
   */
  List<String> queues(Given given, RqSettings rq) {
    List<String> all = new ArrayList<>(queueArguments);
    if (all.isEmpty() || given.has("--queue")) {
      all.addAll(queues);
    }
    if (all.isEmpty()) {
      all.addAll(rq.queues());
    }
    return all.isEmpty() ? List.of("default") : all;
  }

  /**
   * Where Redis is.
   *
   * @throws InvalidSetting if the URL cannot be used
   */
  RedisAddress redis(RqSettings rq) {
    return redisUrl == null ? rq.redis() : RedisAddress.parse("--redis-url", redisUrl);
  }

  /** The name given to the pool. */
  Optional<String> name() {
    return Optional.ofNullable(name);
  }

  /** Whether to stop once the queues are empty. */
  boolean burst() {
    return burst;
  }
}
