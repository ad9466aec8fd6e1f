package io.rqorchestrator.daemon;

import io.rqorchestrator.config.PoolSettings;
import io.rqorchestrator.control.DroppedLines;
import io.rqorchestrator.control.EventHistory;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.history.HistoryFile;
import io.rqorchestrator.process.IoProblem;
import io.rqorchestrator.process.PoolLock;
import io.rqorchestrator.process.RuntimeDirectory;
import io.rqorchestrator.process.ServiceNotifier;
import io.rqorchestrator.setup.PoolSetup;
import io.rqorchestrator.time.DurationText;
import io.rqorchestrator.time.SystemTicks;
import io.rqorchestrator.time.TickSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that runs a pool. This class has what there is once in a daemon: the lock, the thread
 * that writes files, history and log, control socket, HTTP, systemd. What each pool has for itself
 * is in {@link PoolRuntime}.
 */
public final class Daemon {

  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

  /** At most one write for each file waits in the queue; answers to operators wait behind them. */
  private static final int MOST_WRITES = 1024;

  /** How long the last writes may take when the daemon ends. */
  private static final Duration LAST_WRITES = Duration.ofSeconds(2);

  /**
   * Where the process runs.
   *
   * @param variables the environment's
   * @param version the program's version
   */
  private record Environment(Map<String, String> variables, String version, TickSource ticks) {}

  private final BackgroundThread writer = new BackgroundThread("files", MOST_WRITES);
  private final EventHistory history = new EventHistory();
  private final Optional<HistoryFile> historyFile;
  private final Optional<ServiceNotifier> systemd;
  private final PoolRuntime pool;

  /**
   * Opens everything; what comes first is closed last.
   *
   * @param resources closes what was opened, even if this constructor fails half-way
   */
  private Daemon(PoolStart start, PoolLock lock, Environment environment, Resources resources)
      throws CannotRun, IOException {
    PoolSettings settings = start.setup().settings();
    resources.add(() -> finish(writer));
    historyFile = historyFile(settings, writer);
    systemd = ServiceNotifier.of(environment.variables(), environment.ticks());
    systemd.ifPresent(notifier -> resources.add(notifier::end));
    pool =
        new PoolRuntime(
            start,
            new DaemonServices(
                environment.ticks(),
                events(history, historyFile),
                writer,
                RuntimeDirectory.choose(settings.runtimeDirectory(), environment.variables()),
                afterTurn(lock, writer, systemd),
                droppedLines(historyFile),
                environment.version()));
    pool.reportStart();
    Endpoints endpoints = new Endpoints(pool.board(), history, environment.ticks());
    if (settings.http().isPresent()) { // without --http none of its classes are loaded
      resources.add(endpoints.http(settings.http().get())::close);
    }
    Path socket = RuntimeDirectory.ofUser().resolve(pool.identity().id() + ".sock");
    resources.add(endpoints.control(socket, pool.mailbox())::close);
  }

  /**
   * Runs a pool until it has stopped.
   *
   * @param variables the environment's
   * @param version the program's version
   * @return the exit code
   * @throws CannotRun if the environment does not let the pool start
   */
  public static int run(PoolSetup setup, Map<String, String> variables, String version)
      throws CannotRun, InterruptedException {
    PoolStart start = PoolStart.begin(setup);
    CompletableFuture<Void> stopRequested = new CompletableFuture<>();
    StopSignals.listen(start.mailbox()::post, stopRequested);
    Environment environment = new Environment(variables, version, new SystemTicks());
    try (Resources resources = new Resources()) {
      Takeover takeover = Takeover.of(setup, environment.ticks());
      Optional<PoolLock> lock = takeover.lock(stopRequested);
      if (lock.isEmpty()) {
        return 0;
      }
      resources.add(lock.get()::close);
      Daemon daemon = new Daemon(start, lock.get(), environment, resources);
      takeover.refuseOthers();
      return daemon.pool.run(stopRequested);
    } catch (IOException e) {
      throw new CannotRun("runtime directory: " + IoProblem.text(e));
    }
  }

  private static Optional<HistoryFile> historyFile(PoolSettings settings, Executor writer)
      throws CannotRun {
    try {
      return settings.historyFile().map(at -> new HistoryFile(at, writer));
    } catch (UncheckedIOException e) {
      throw new CannotRun(
          "--history-file: " + IoProblem.text(Objects.requireNonNull(e.getCause())));
    }
  }

  private static EventSink events(EventHistory history, Optional<HistoryFile> file) {
    EventSink shown = EventSink.all(new EventLog(), history);
    return file.map(written -> EventSink.all(shown, written)).orElse(shown);
  }

  /** Takes a pool's status after each turn of its loop. */
  private static Consumer<PoolStatus> afterTurn(
      PoolLock lock, Executor writer, Optional<ServiceNotifier> systemd) {
    return status -> {
      lock.keep(status.at(), writer);
      systemd.ifPresent(notifier -> notifier.turned(status));
    };
  }

  /** Lines that log and history file have dropped so far. */
  private static Supplier<DroppedLines> droppedLines(Optional<HistoryFile> file) {
    return () ->
        new DroppedLines(
            StandardError.droppedLines(),
            file.map(HistoryFile::dropped).orElse(0L),
            StandardError.isFlowing() && file.map(HistoryFile::isFlowing).orElse(true));
  }

  private static void finish(BackgroundThread writer) throws InterruptedException {
    if (!writer.finish(LAST_WRITES)) {
      LOG.warn("the disk is slow: not all was written within {}", DurationText.of(LAST_WRITES));
    }
  }
}
