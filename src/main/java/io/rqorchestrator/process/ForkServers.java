package io.rqorchestrator.process;

import io.rqorchestrator.pool.ProcessListener;
import io.rqorchestrator.pool.RestartBackoff;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.pool.WorkerLauncher.LaunchException;
import io.rqorchestrator.time.DurationText;
import io.rqorchestrator.time.Tick;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fork servers of a pool. The current one forks new workers. The next one imports the new code
 * during a restart, and then becomes the current one. Former ones report the exits of their last
 * workers. A current server that dies is replaced after a backoff.
 *
 * <p>One thread makes the requests, and the thread of each server reports. The supervisor's loop is
 * neither of them, because the start of a server takes time.
 */
final class ForkServers implements ForkServer.ForkListener {

  /** Takes note of workers that are forked and that exit. */
  interface ForkedWorkers {
    void forked(WorkerId worker, LaunchedWorker handle, long pid);

    /** See {@link ForkServer.ForkListener#exited}. */
    void exited(WorkerId worker, long pid, int exitCode);

    /** The worker's fork server is dead, so that it will not report the exit. */
    void reparented(WorkerId worker, long pid);
  }

  /** Starts one more server. */
  @FunctionalInterface
  interface Starter {
    ForkServer start(ForkServer.ForkListener listener) throws IOException;
  }

  /**
   * A fork takes milliseconds, so a server that does not answer for this long hangs. A server
   * without a request for this long is asked for a sign of life.
   */
  private static final Duration HUNG = Duration.ofSeconds(10);

  /**
   * If {@link #tend} was not called for this long, the daemon stood still, and the servers may have
   * answered meanwhile.
   */
  private static final Duration STALL = Duration.ofSeconds(5);

  /** A server that lived this long was healthy. */
  private static final Duration HEALTHY = Duration.ofMinutes(1);

  private static final Object IMPORTING = new Object();
  private static final Object IDLE = new Object();

  /** What the daemon awaits from a server (the imports, an answer, or nothing), and since when. */
  private record Awaiting(Object state, Tick since) {}

  private final Starter starter;
  private final Duration startTimeout;
  private final RestartBackoff backoff;
  private final ForkedWorkers workers;
  private final ProcessListener listener;
  private final CompletableFuture<Void> first = new CompletableFuture<>();
  private final Map<ForkServer, Awaiting> awaited = new HashMap<>();
  private final Set<ForkServer> former = new HashSet<>();

  /** Workers that were requested and have no process yet. */
  private final Map<WorkerId, LaunchedWorker> unborn = new HashMap<>();

  private @Nullable ForkServer current;

  /** Written under the lock and read without it, so that a reader does not wait for a start. */
  private volatile @Nullable ForkServer next;

  private String problem = "there is no fork server yet";
  private int failures;
  private @Nullable Tick readySince;
  private @Nullable Tick retryAt;
  private @Nullable Tick lastTended;
  private boolean closed;

  ForkServers(
      Starter starter,
      Duration startTimeout,
      RestartBackoff backoff,
      ForkedWorkers workers,
      ProcessListener listener) {
    this.starter = starter;
    this.startTimeout = startTimeout;
    this.backoff = backoff;
    this.workers = workers;
    this.listener = listener;
  }

  /**
   * Starts the first server.
   *
   * @return completes once the server has imported everything, or with an exception that says what
   *     is wrong
   */
  synchronized CompletableFuture<Void> begin() {
    try {
      current = starter.start(this);
    } catch (IOException e) {
      first.completeExceptionally(e);
    }
    return first;
  }

  /**
   * Starts a server that imports the code as it is now. It becomes the current one once it has
   * imported everything.
   */
  synchronized void renew() {
    if (closed) {
      return;
    }
    if (next != null) {
      ForkServer overtaken = next;
      next = null;
      overtaken.end();
    }
    try {
      next = starter.start(this);
    } catch (IOException e) {
      listener.preloadFailed(IoProblem.text(e), true);
    }
  }

  /** Whether the next server is still importing. */
  boolean isRenewing() {
    return next != null;
  }

  /**
   * Requests a worker.
   *
   * @param handle gets the process
   */
  synchronized void launch(WorkerId worker, ForkServer.ForkRequest request, LaunchedWorker handle)
      throws LaunchException {
    ForkServer server = current;
    unborn.put(worker, handle);
    if (server == null || !server.ask(worker, request)) {
      unborn.remove(worker);
      throw new LaunchException("fork server: " + problem);
    }
  }

  /** How many workers were requested and have no process yet. */
  synchronized int unborn() {
    return unborn.size();
  }

  /** Withdraws a request if that is still possible. */
  void withdraw(WorkerId worker) {
    boolean withdrawn;
    synchronized (this) {
      withdrawn = servers().anyMatch(server -> server.withdraw(worker));
      if (withdrawn) {
        unborn.remove(worker);
      }
    }
    if (withdrawn) {
      listener.launchFailed(worker, "not wanted any more");
    }
  }

  /**
   * Replaces a dead server when its backoff is over, and ends servers that hang or are not needed
   * any more.
   */
  synchronized void tend(boolean running, Tick now) {
    if (lastTended != null && now.hasPassed(STALL, lastTended)) {
      awaited.clear();
    }
    lastTended = now;
    servers().forEach(server -> endIfHung(server, now));
    former.forEach(this::endIfDone);
    if (current != null) {
      if (readySince == null && current.isReady()) {
        readySince = now;
      }
    } else if (running && next == null && !closed) {
      replace(now);
    }
  }

  private void endIfHung(ForkServer server, Tick now) {
    Object state = server.isReady() ? server.unanswered().orElse(IDLE) : IMPORTING;
    Awaiting before = awaited.get(server);
    if (before == null || before.state() != state) {
      awaited.put(server, new Awaiting(state, now));
      return;
    }
    Duration patience = state == IMPORTING ? startTimeout : HUNG;
    if (!now.hasPassed(patience, before.since())) {
      return;
    }
    if (state == IDLE) {
      server.ping();
      awaited.put(server, new Awaiting(IDLE, now));
    } else {
      server.end("no answer within " + DurationText.of(patience));
    }
  }

  /** A server that never became ready is ended, too: its successor is the better one to ask. */
  private void endIfDone(ForkServer server) {
    if (!(server.isReady() && server.isNeeded())) {
      server.end();
    }
  }

  private void replace(Tick now) {
    if (retryAt == null) {
      boolean healthy = readySince != null && now.hasPassed(HEALTHY, readySince);
      failures = healthy ? 1 : failures + 1;
      readySince = null;
      retryAt = now.plus(backoff.after(failures));
    } else if (now.hasPassed(Duration.ZERO, retryAt)) {
      retryAt = null;
      try {
        current = starter.start(this);
      } catch (IOException e) {
        problem = IoProblem.text(e);
        listener.preloadFailed(problem, false);
      }
    }
  }

  /** Pids of all servers. */
  synchronized List<Long> pids() {
    return servers().map(ForkServer::pid).toList();
  }

  /** Ends all servers. */
  void close() {
    List<ForkServer> all;
    synchronized (this) {
      closed = true;
      all = servers().toList();
    }
    all.forEach(ForkServer::endAndWait);
  }

  private Stream<ForkServer> servers() {
    List<ForkServer> all = new ArrayList<>(former);
    if (current != null) {
      all.add(current);
    }
    if (next != null) {
      all.add(next);
    }
    return all.stream();
  }

  // Called by the threads of the servers.

  @Override
  public void preloaded(ForkServer server, double seconds) {
    boolean renewed;
    synchronized (this) {
      if (server != current && server != next) {
        return; // a newer server has replaced it meanwhile
      }
      renewed = server == next;
      if (renewed) {
        ForkServer old = current;
        current = server;
        next = null;
        readySince = null;
        retryAt = null;
        failures = 0;
        if (old != null) {
          former.add(old);
        }
      }
    }
    first.complete(null);
    listener.preloaded(server.pid(), Duration.ofMillis(Math.round(seconds * 1000)), renewed);
  }

  @Override
  public void forked(WorkerId worker, long pid) {
    LaunchedWorker handle;
    synchronized (this) {
      handle = unborn.remove(worker);
    }
    if (handle != null) {
      workers.forked(worker, handle, pid);
    }
  }

  @Override
  public void launchFailed(WorkerId worker, String why) {
    synchronized (this) {
      unborn.remove(worker);
    }
    listener.launchFailed(worker, "fork server: " + why);
  }

  @Override
  public void exited(WorkerId worker, long pid, int exitCode) {
    workers.exited(worker, pid, exitCode);
  }

  @Override
  public void gone(
      ForkServer server, String why, List<WorkerId> asked, Map<Long, WorkerId> reparented) {
    boolean wasCurrent;
    boolean wasNext;
    synchronized (this) {
      wasCurrent = server == current && !closed;
      wasNext = server == next && !closed;
      current = server == current ? null : current;
      next = server == next ? null : next;
      problem = wasCurrent ? why : problem;
      former.remove(server);
      awaited.remove(server);
      asked.forEach(unborn::remove);
    }
    asked.forEach(worker -> listener.launchFailed(worker, "fork server: " + why));
    reparented.forEach((pid, worker) -> workers.reparented(worker, pid));
    if (wasCurrent && server.isReady()) {
      listener.forkServerLost(server.pid(), why);
    } else if (wasCurrent || wasNext) {
      first.completeExceptionally(new IOException(why));
      listener.preloadFailed(why, wasNext);
    }
  }
}
