package io.rqorchestrator.process;

import io.rqorchestrator.pool.WorkerId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A fork server that does nothing by itself, only what the test says. */
final class FakeForkServer implements ForkServer {

  /** A request: for a worker, or a ping. */
  private record PendingRequest(Optional<WorkerId> worker) {}

  private final ForkListener listener;
  private final long pid;
  private final Deque<PendingRequest> waiting = new ArrayDeque<>();
  private final Map<Long, WorkerId> children = new HashMap<>();
  private final List<String> endings = new ArrayList<>();
  private Optional<PendingRequest> inFlight = Optional.empty();
  private int pings;
  private boolean ready;
  private boolean gone;

  FakeForkServer(ForkListener listener, long pid) {
    this.listener = listener;
    this.pid = pid;
  }

  // What it does.

  /** It has imported everything, which took a second and a half. */
  FakeForkServer imports() {
    ready = true;
    listener.preloaded(this, 1.5);
    sendNext();
    return this;
  }

  /** It forks the requested worker. */
  void forks(long child) {
    WorkerId worker = inFlight.flatMap(PendingRequest::worker).orElseThrow();
    inFlight = Optional.empty();
    children.put(child, worker);
    listener.forked(worker, child);
    sendNext();
  }

  /** It cannot fork the requested worker. */
  void refuses(String why) {
    WorkerId worker = inFlight.flatMap(PendingRequest::worker).orElseThrow();
    inFlight = Optional.empty();
    listener.launchFailed(worker, why);
    sendNext();
  }

  /** It answers the ping. */
  void answersPing() {
    if (inFlight.orElseThrow().worker().isPresent()) {
      throw new IllegalStateException("it was asked for a worker");
    }
    inFlight = Optional.empty();
    sendNext();
  }

  /** It reports the end of a worker. */
  void losesWorker(long child, int exitCode) {
    WorkerId worker = children.remove(child);
    if (worker == null) {
      throw new IllegalArgumentException("no worker " + child);
    }
    listener.exited(worker, child, exitCode);
  }

  /** It dies; that is not reported yet. */
  void stopsTaking() {
    gone = true;
  }

  /** It dies, and that is reported. */
  void dies(String why) {
    gone = true;
    inFlight.ifPresent(waiting::addFirst);
    inFlight = Optional.empty();
    List<WorkerId> unborn = waiting.stream().flatMap(asked -> asked.worker().stream()).toList();
    waiting.clear();
    Map<Long, WorkerId> orphans = Map.copyOf(children);
    children.clear();
    listener.gone(this, why, unborn, orphans);
  }

  private void sendNext() {
    if (ready && inFlight.isEmpty()) {
      inFlight = Optional.ofNullable(waiting.poll());
    }
  }

  // What was done to it.

  /** Whether it was ended, for whatever reason. */
  boolean isEnded() {
    return !endings.isEmpty();
  }

  /** The reasons why it was ended. */
  List<String> endings() {
    return endings;
  }

  /** How often it was pinged. */
  int pings() {
    return pings;
  }

  /** Requested workers without an answer yet. */
  List<WorkerId> asked() {
    List<WorkerId> all =
        new ArrayList<>(inFlight.flatMap(PendingRequest::worker).stream().toList());
    waiting.forEach(asked -> asked.worker().ifPresent(all::add));
    return all;
  }

  @Override
  public long pid() {
    return pid;
  }

  @Override
  public boolean isReady() {
    return ready;
  }

  @Override
  public boolean isNeeded() {
    return !gone && !(waiting.isEmpty() && inFlight.isEmpty() && children.isEmpty());
  }

  @Override
  public Optional<Object> unanswered() {
    return inFlight.map(asked -> asked);
  }

  @Override
  public void ping() {
    pings++;
    waiting.add(new PendingRequest(Optional.empty()));
    sendNext();
  }

  @Override
  public boolean ask(WorkerId worker, ForkRequest request) {
    if (gone) {
      return false;
    }
    waiting.add(new PendingRequest(Optional.of(worker)));
    sendNext();
    return true;
  }

  @Override
  public boolean withdraw(WorkerId worker) {
    return waiting.removeIf(asked -> asked.worker().equals(Optional.of(worker)));
  }

  @Override
  public void end() {
    endings.add("");
  }

  @Override
  public void end(String why) {
    endings.add(why);
  }

  /** A thread of its own reports its last output, as with a real fork server. */
  @Override
  public void endAndWait() {
    if (Thread.holdsLock(listener)) {
      throw new IllegalStateException("it cannot tell its last words to one who waits");
    }
    end();
    dies("it ended with signal 9");
  }
}
