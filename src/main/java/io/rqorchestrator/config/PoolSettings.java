package io.rqorchestrator.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything a pool can be told, validated: an instance can be run.
 *
 * @param queues queues in priority order, at least one
 * @param redis where Redis is
 * @param scaling how large the pool may be and when its size changes
 * @param workers what a worker is
 * @param recycling when workers are replaced
 * @param name the pool's name; derived if empty
 * @param runtimeDirectory where its files live; chosen if empty
 * @param burst whether to stop once the queues are empty
 * @param historyFile where the history is written as JSON lines; empty: nowhere
 * @param http where the pool is shown over HTTP; empty: nowhere
 * @param handoverTimeout how long a daemon of this pool is waited for that is being stopped
 */
public record PoolSettings(
    List<String> queues,
    RedisAddress redis,
    ScalingSettings scaling,
    WorkerSettings workers,
    RecycleSettings recycling,
    Optional<String> name,
    Optional<Path> runtimeDirectory,
    boolean burst,
    Optional<Path> historyFile,
    Optional<HttpAddress> http,
    Duration handoverTimeout) {

  /** Refuses what cannot be run. */
  public PoolSettings {
    queues = List.copyOf(queues);
    Rules.isWithinAYear("--handover-timeout", handoverTimeout);
    if (queues.isEmpty()) {
      throw new InvalidSetting("--queue", "none", "must name at least one queue");
    }
    for (String queue : queues) {
      if (queue.isBlank() || queue.startsWith("-") || !queue.equals(queue.strip())) {
        throw new InvalidSetting("--queue", queue, "must be the name of a queue");
      }
    }
    if (Set.copyOf(queues).size() < queues.size()) {
      throw new InvalidSetting("--queue", String.join(",", queues), "must name each queue once");
    }
    if (scaling.samplingInterval().compareTo(workers.startTimeout()) >= 0) {
      throw new InvalidSetting(
          "--sampling-interval",
          Durations.format(scaling.samplingInterval()),
          "must be shorter than --start-timeout (%s): only a sample shows that a worker is there"
              .formatted(Durations.format(workers.startTimeout())));
    }
    name.filter(text -> !text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"))
        .ifPresent(
            text -> {
              throw new InvalidSetting(
                  "--name", text, "must be 1 to 64 letters, digits, dots, dashes or underscores");
            });
  }
}
