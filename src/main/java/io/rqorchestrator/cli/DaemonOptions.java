package io.rqorchestrator.cli;

import io.rqorchestrator.config.HttpAddress;
import io.rqorchestrator.daemon.Logs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the daemon itself says and writes. */
final class DaemonOptions {

  @Option(
      names = "--dry-run",
      description = "Print what would be run and start nothing. Default: off.")
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
              + " HOST is given. Port 0: any that is free, see the log. Default: off, and"
              + " 127.0.0.1.")
  private @Nullable String http;

  @Option(
      names = "--runtime-dir",
      paramLabel = "DIR",
      description =
          "Where the pool keeps its helper files. Default: RUNTIME_DIRECTORY, else"
              + " XDG_RUNTIME_DIR/rq-orchestrator if that is the user's, else a private one.")
  private @Nullable Path runtimeDirectory;

  @Option(
      names = "--handover-timeout",
      paramLabel = "DURATION",
      defaultValue = "1h",
      converter = DurationConverter.class,
      description =
          "How long to wait at the start for a daemon of the same pool that is being stopped and"
              + " still has jobs in hand. Default: 1h.")
  private Duration handoverTimeout = Duration.ZERO;

  /** Whether only to print what would be run. */
  boolean dryRun() {
    return dryRun;
  }

  /** How long a daemon of the same pool is waited for that is being stopped. */
  Duration handoverTimeout() {
    return handoverTimeout;
  }

  /** How much is logged. */
  Logs.Detail logLevel() {
    return logLevel;
  }

  /** How the log looks. */
  Logs.Format logFormat() {
    return logFormat;
  }

  /** Where the history goes. */
  Optional<Path> historyFile() {
    return Optional.ofNullable(historyFile).map(Path::toAbsolutePath);
  }

  /** Where the pool is shown over HTTP. */
  Optional<HttpAddress> http() {
    return Optional.ofNullable(http).map(text -> HttpAddress.parse("--http", text));
  }

  /** Where the pool's files go, if not to the usual place. */
  Optional<Path> runtimeDirectory() {
    return Optional.ofNullable(runtimeDirectory);
  }
}
