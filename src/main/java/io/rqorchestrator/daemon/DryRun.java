package io.rqorchestrator.daemon;

import static java.util.stream.Collectors.joining;

import io.rqorchestrator.config.Durations;
import io.rqorchestrator.config.PoolSettings;
import io.rqorchestrator.config.RedisAddress;
import io.rqorchestrator.config.ScalingSettings;
import io.rqorchestrator.config.WorkerSettings;
import io.rqorchestrator.process.RuntimeDirectory;
import io.rqorchestrator.process.WorkerCommandLine;
import io.rqorchestrator.setup.PoolIdentity;
import io.rqorchestrator.setup.PoolSetup;
import io.rqorchestrator.setup.ScalingSetup;
import io.rqorchestrator.text.SizeText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What a pool would run, as lines of text without any password. */
public final class DryRun {

  private final PoolSettings settings;
  private final PoolIdentity identity;
  private final List<String> lines = new ArrayList<>();

  private DryRun(PoolSetup setup) {
    this.settings = setup.settings();
    this.identity = setup.identity();
  }

  /** The lines for a pool. */
  public static List<String> lines(PoolSetup setup, Map<String, String> environment)
      throws IOException {
    Path host =
        RuntimeDirectory.choose(setup.settings().runtimeDirectory(), environment)
            .resolve(setup.identity().id() + "-worker_host.py");
    return new DryRun(setup).lines(new WorkerCommandLine(setup.launch()), host);
  }

  /**
   * @param host where the worker host would be unpacked
   */
  private List<String> lines(WorkerCommandLine commandLine, Path host) {
    ScalingSettings scaling = settings.scaling();
    WorkerSettings workers = settings.workers();
    List<String> command =
        commandLine.words(host, identity.workerPrefix() + "-w1-...", workers.scheduler());
    line("pool", identity.name() + " (" + identity.id() + ")");
    line("workers", scaling.minWorkers() + ".." + scaling.maxWorkers());
    line("aim", ScalingSetup.aim(scaling).describe());
    line("queues", String.join(", ", settings.queues()));
    line("redis", settings.redis().toString());
    line("directory", workers.directory().toString());
    line("command", command.stream().map(RedisAddress::withoutSecrets).collect(joining(" ")));
    if (!workers.preload().isEmpty()) {
      line("preload", String.join(", ", workers.preload()));
    }
    line("environment", String.join(", ", commandLine.additions().keySet()));
    limit("memory", megabytes(scaling.memory().budget()).map(most -> most + " at most"));
    limit("free memory", megabytes(scaling.memory().minFree()).map(least -> least + " at least"));
    limit("recycled", recycled());
    line("stragglers", stragglers() + " at most, of earlier releases, beside the workers");
    limit("at a stop", workers.drainTimeout().map(most -> "jobs may take " + text(most)));
    limit("http", settings.http().map(address -> address.host() + ":" + address.port()));
    limit("history", settings.historyFile().map(Path::toString));
    return lines;
  }

  private int stragglers() {
    return settings.recycling().maxStragglers().orElse(settings.scaling().maxWorkers());
  }

  private Optional<String> recycled() {
    List<String> when = new ArrayList<>();
    settings.recycling().maxJobs().ifPresent(jobs -> when.add("after " + jobs + " jobs"));
    settings.recycling().maxAge().ifPresent(age -> when.add("after " + text(age)));
    megabytes(settings.recycling().maxMemory()).ifPresent(most -> when.add("above " + most));
    return when.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", when));
  }

  private static String text(Duration duration) {
    return Durations.format(duration);
  }

  private static Optional<String> megabytes(OptionalLong bytes) {
    return bytes.isPresent() ? Optional.of(SizeText.setting(bytes.getAsLong())) : Optional.empty();
  }

  private void limit(String name, Optional<String> value) {
    value.ifPresent(given -> line(name, given));
  }

  private void line(String name, String value) {
    lines.add("%-13s%s".formatted(name + ":", value));
  }
}
