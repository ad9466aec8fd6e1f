package io.rqorchestrator.cli;

import io.rqorchestrator.config.HttpAddress;
import io.rqorchestrator.daemon.Logs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options for the daemon itself. */
final class DaemonOptions {

  @Option(
      names = "--dry-run",
      description = "Print what would be run, and start nothing. Default: off.")
  private boolean dryRun;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      defaultValue = "info",
      description = "debug, info, warn or error. Default: info.")
  private Logs.Detail logLevel = Logs.Detail.INFO;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text or json. Default: text.")
  private Logs.Format logFormat = Logs.Format.TEXT;

  @Option(
      names = "--history-file",
      paramLabel = "FILE",
      description =
          "Append samples, decisions and changes as JSON lines; at 64 MB it becomes FILE.1."
              + " Default: none.")
  private @Nullable Path historyFile;

  @Option(
      names = "--http",
      paramLabel = "[HOST:]PORT",
      description =
          "Show the pool at http://HOST:PORT/, read-only: dashboard, /metrics for Prometheus,"
              + " /healthz, /readyz, /api/v1. There is no password: other hosts see it only if a"
              + " HOST is given. Port 0: a free port, see the log. Default: off; HOST 127.0.0.1.")
  private @Nullable String http;

  @Option(
      names = "--runtime-dir",
      paramLabel = "DIR",
      description =
          "Directory for the pool's helper files. Default: RUNTIME_DIRECTORY, else"
              + " XDG_RUNTIME_DIR/rq-orchestrator if that belongs to this user, else a private one.")
  private @Nullable Path runtimeDirectory;

  @Option(
      names = "--handover-timeout",
      paramLabel = "DURATION",
      defaultValue = "1h",
      converter = DurationConverter.class,
      description =
          "How long to wait at the start for an earlier daemon of the pool that is being stopped"
              + " and still has jobs in hand. Default: 1h.")
  private Duration handoverTimeout = Duration.ZERO;

  /** Whether to print what would be run, and no more. */
  boolean dryRun() {
    return dryRun;
  }

  /** How long to wait for an earlier daemon of the pool that is being stopped. */
  Duration handoverTimeout() {
    return handoverTimeout;
  }

  /** The least level that is logged. */
  Logs.Detail logLevel() {
    return logLevel;
  }

  /** The format of the log. */
  Logs.Format logFormat() {
    return logFormat;
  }

  /** The history file. */
  Optional<Path> historyFile() {
    return Optional.ofNullable(historyFile).map(Path::toAbsolutePath);
  }

  /** The address at which the pool is shown over HTTP. */
  Optional<HttpAddress> http() {
    return Optional.ofNullable(http).map(text -> HttpAddress.parse("--http", text));
  }

  /** The directory for the pool's helper files, if it is not the usual one. */
  Optional<Path> runtimeDirectory() {
    return Optional.ofNullable(runtimeDirectory);
  }
}
