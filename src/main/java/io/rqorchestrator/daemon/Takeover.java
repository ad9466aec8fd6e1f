package io.rqorchestrator.daemon;

import io.rqorchestrator.config.Durations;
import io.rqorchestrator.control.PoolState;
import io.rqorchestrator.json.PoolJsonReader;
import io.rqorchestrator.process.OtherUsersPools;
import io.rqorchestrator.process.PoolHolder;
import io.rqorchestrator.process.PoolLock;
import io.rqorchestrator.process.RuntimeDirectory;
import io.rqorchestrator.setup.PoolIdentity;
import io.rqorchestrator.setup.PoolSetup;
import io.rqorchestrator.socket.PoolClient;
import io.rqorchestrator.time.Tick;
import io.rqorchestrator.time.TickSource;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the pool's lock for this daemon. If another daemon runs the pool, this one refuses to
 * start. If the other daemon is being stopped, this one waits for its end: a service manager that
 * is itself restarted starts the new daemon while the old one still waits for a long job.
 */
final class Takeover {

  private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);

  /** Between two attempts to take the lock. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  private static final Duration PATIENCE_FOR_AN_ANSWER = Duration.ofSeconds(2);

  /** How long a daemon may have no socket: it is about to open it, or to end. */
  private static final Duration MOMENT = Duration.ofSeconds(5);

  /** What the daemon that holds the lock is doing. */
  private enum Doing {
    RUNS,
    ENDS,
    UNKNOWN
  }

  private final PoolIdentity identity;
  private final Path directory;
  private final Duration patience;
  private final TickSource ticks;
  private @Nullable Tick reportedAt;
  private @Nullable Tick unknownSince;

  /**
   * @param directory where this user's locks are
   * @param patience how long to wait for a daemon that is being stopped
   */
  private Takeover(PoolIdentity identity, Path directory, Duration patience, TickSource ticks) {
    this.identity = identity;
    this.directory = directory;
    this.patience = patience;
    this.ticks = ticks;
  }

  /** Of a pool that this user runs. */
  static Takeover of(PoolSetup setup, TickSource ticks) throws IOException {
    return new Takeover(
        setup.identity(), RuntimeDirectory.ofUser(), setup.settings().handoverTimeout(), ticks);
  }

  /**
   * Takes the pool's lock.
   *
   * @param stopRequested completes once this daemon need not start any more
   * @return the lock; empty if the stop was requested first
   * @throws CannotRun if another daemon runs the pool
   * @throws IOException if the lock file cannot be used
   */
  Optional<PoolLock> lock(CompletableFuture<?> stopRequested)
      throws CannotRun, IOException, InterruptedException {
    while (true) {
      Optional<PoolHolder> other = OtherUsersPools.now().holder(identity.id());
      try {
        if (other.isEmpty()) {
          PoolLock lock = PoolLock.take(directory, identity.id());
          if (reportedAt != null) {
            LOG.info("the former daemon has ended: this one starts");
          }
          return Optional.of(lock);
        }
        waitFor(other.get());
      } catch (PoolLock.TakenException e) {
        waitFor(e.holder());
      }
      if (isDone(stopRequested)) {
        return Optional.empty();
      }
    }
  }

  /**
   * Looks for another user's daemon of the pool that has started at the same time as this one.
   *
   * @throws CannotRun if there is one
   */
  void refuseOthers() throws CannotRun, IOException {
    Optional<PoolHolder> other = OtherUsersPools.now().holder(identity.id());
    if (other.isPresent()) {
      throw alreadyRuns(other.get());
    }
  }

  private void waitFor(PoolHolder holder) throws CannotRun {
    Tick now = ticks.now();
    switch (doing(holder.socket())) {
      case RUNS -> throw alreadyRuns(holder);
      case UNKNOWN -> {
        unknownSince = unknownSince == null ? now : unknownSince;
        if (now.hasPassed(MOMENT, unknownSince)) {
          throw alreadyRuns(holder);
        }
      }
      case ENDS -> {
        unknownSince = null;
        if (reportedAt == null) {
          reportedAt = now;
          LOG.info(
              "pool {} is still being stopped by {}: waiting for its last jobs, {} at most",
              identity.name(),
              holder.describe(),
              Durations.format(patience));
        }
        if (!now.isBefore(reportedAt.plus(patience))) {
          throw new CannotRun(
              "pool %s is still being stopped by %s after %s, see --handover-timeout"
                  .formatted(identity.name(), holder.describe(), Durations.format(patience)),
              CannotRun.ALREADY_RUNS);
        }
      }
    }
  }

  private CannotRun alreadyRuns(PoolHolder holder) {
    return new CannotRun(
        "pool %s is already run by %s on this host: stop it, or give this pool a --name"
            .formatted(identity.name(), holder.describe()),
        CannotRun.ALREADY_RUNS);
  }

  private static Doing doing(Path socket) {
    if (!Files.isExecutable(socket.getParent())) {
      return Doing.RUNS; // another user's directory: its socket cannot be used
    }
    try (PoolClient client = PoolClient.connect(socket, PATIENCE_FOR_AN_ANSWER)) {
      PoolState state = PoolJsonReader.status(client.status()).state();
      boolean ends = state == PoolState.DRAINING || state == PoolState.COLD_STOP;
      return ends ? Doing.ENDS : Doing.RUNS;
    } catch (SocketException | EOFException e) {
      return Doing.UNKNOWN; // nobody listens yet, or any more
    } catch (IOException | PoolClient.RefusedException | RuntimeException e) {
      return Doing.RUNS; // no answer says that it is being stopped
    }
  }

  private static boolean isDone(CompletableFuture<?> stopRequested) throws InterruptedException {
    try {
      Object unused = stopRequested.get(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
