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
 * Gets the pool for this daemon. One that runs already is a reason to refuse. One that is about to
 * end is waited for: a service manager that is restarted itself starts the new daemon while the old
 * one still waits for a long job.
 */
final class Takeover {

  private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);

  /** Between two tries to have the lock. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  private static final Duration PATIENCE_FOR_AN_ANSWER = Duration.ofSeconds(2);

  /** A daemon without a socket is about to open it, or has closed it and is about to end. */
  private static final Duration MOMENT = Duration.ofSeconds(5);

  /** What the daemon that holds the pool does. */
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
   * @param patience how long a daemon that ends is waited for
   */
  private Takeover(PoolIdentity identity, Path directory, Duration patience, TickSource ticks) {
    this.identity = identity;
    this.directory = directory;
    this.patience = patience;
    this.ticks = ticks;
  }

  /** Of this user's pool. */
  static Takeover of(PoolSetup setup, TickSource ticks) throws IOException {
    return new Takeover(
        setup.identity(), RuntimeDirectory.ofUser(), setup.settings().handoverTimeout(), ticks);
  }

  /**
   * Takes the pool's lock.
   *
   * @param stopAsked completes once there is nothing to wait for any more
   * @return the lock; empty if we were asked to stop first
   * @throws CannotRun if another daemon runs the pool
   * @throws IOException if the lock file cannot be used
   */
  Optional<PoolLock> lock(CompletableFuture<?> stopAsked)
      throws CannotRun, IOException, InterruptedException {
    while (true) {
      Optional<PoolHolder> other = OtherUsersPools.now().holder(identity.id());
      try {
        if (other.isEmpty()) {
          PoolLock lock = PoolLock.take(directory, identity.id());
          if (reportedAt != null) {
            LOG.info("the former daemon is gone, this one goes on");
          }
          return Optional.of(lock);
        }
        waitFor(other.get());
      } catch (PoolLock.TakenException e) {
        waitFor(e.holder());
      }
      if (isDone(stopAsked)) {
        return Optional.empty();
      }
    }
  }

  /**
   * Refuses if another user's daemon has begun to run the pool at the same time as we have.
   *
   * @throws CannotRun if one has
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
      return Doing.RUNS; // another user's, who may not be asked
    }
    try (PoolClient client = PoolClient.connect(socket, PATIENCE_FOR_AN_ANSWER)) {
      PoolState state = PoolJsonReader.status(client.status()).state();
      boolean ends = state == PoolState.DRAINING || state == PoolState.COLD_STOP;
      return ends ? Doing.ENDS : Doing.RUNS;
    } catch (SocketException | EOFException e) {
      return Doing.UNKNOWN; // nobody listens, any more or yet
    } catch (IOException | PoolClient.RefusedException | RuntimeException e) {
      return Doing.RUNS; // it has not said that it ends
    }
  }

  private static boolean isDone(CompletableFuture<?> stopAsked) throws InterruptedException {
    try {
      Object unused = stopAsked.get(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }
}
