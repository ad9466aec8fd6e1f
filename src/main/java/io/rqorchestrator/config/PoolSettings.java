package io.rqorchestrator.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All settings of a pool, validated: a pool can be run with any instance.
 *
 * @param queues queues in priority order, at least one
 * @param redis where Redis is
 * @param scaling the bounds of the pool's size and the rule for it
 * @param workers what a worker runs and how it is started and stopped
 * @param recycling when workers are replaced
 * @param name the pool's name; derived from other settings if empty
 * @param runtimeDirectory the directory of its files; chosen by the daemon if empty
 * @param burst whether to stop once the queues are empty
 * @param historyFile the file for the history as JSON lines; empty: none
 * @param http the address of the HTTP server; empty: none
 * @param handoverTimeout how long to wait for an earlier daemon of this pool that is stopping
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

  /** Refuses invalid values. */
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
