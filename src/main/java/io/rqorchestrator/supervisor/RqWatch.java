package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.scaling.Reason;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of RQ, how fresh it is, and when that changes. */
final class RqWatch {

  private final Duration staleAfter;
  private final EventSink events;
  private @Nullable RqSnapshot newest;
  private @Nullable Tick awaySince;
  private String problem = "";
  private boolean suspended;

  /**
   * @param staleAfter age from which a sample is no ground for action
   */
  RqWatch(Duration staleAfter, EventSink events) {
    this.staleAfter = staleAfter;
    this.events = events;
  }

  /** The newest sample, however old. */
  Optional<RqSnapshot> newest() {
    return Optional.ofNullable(newest);
  }

  /** Whether workers may be started and retired: Redis answers and RQ is not suspended. */
  boolean isGood() {
    return blindness().isEmpty();
  }

  /** Why there is nothing to act on; empty if there is. */
  Optional<Reason> blindness() {
    if (awaySince != null) {
      return Optional.of(new Reason(Reason.Code.NO_DATA, "Redis is away: " + problem));
    }
    if (newest == null) {
      return Optional.of(new Reason(Reason.Code.NO_DATA, "no sample of Redis yet"));
    }
    return suspended
        ? Optional.of(new Reason(Reason.Code.SUSPENDED, "rq suspend is in force"))
        : Optional.empty();
  }

  void taken(RqSnapshot snapshot, Tick now) {
    newest = snapshot;
    if (awaySince != null) {
      events.accept(now, new Event.RedisBack(now.since(awaySince)));
      awaySince = null;
      problem = "";
    }
    if (snapshot.suspended() != suspended) {
      suspended = snapshot.suspended();
      events.accept(now, new Event.Suspension(suspended));
    }
  }

  void failed(String why, Tick now) {
    if (awaySince == null) {
      awaySince = now;
    }
    if (!why.equals(problem)) {
      problem = why;
      events.accept(now, new Event.RedisAway(why));
    }
  }

  /** Notices a Redis that takes the question and never answers. */
  void check(Tick now) {
    if (newest != null && awaySince == null && now.hasPassed(staleAfter, newest.at())) {
      failed("no answer", now);
    }
  }
}
