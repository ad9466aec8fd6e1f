package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.PoolStatus.SampleFigures;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.RedisEvent;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqView;
import io.rqorchestrator.scaling.Reason;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of RQ, how fresh it is, and when that changes. */
final class RqWatch {

  private static final String NO_ANSWER = "no answer";

  private final Duration staleAfter;
  private final EventSink events;
  private @Nullable RqSnapshot newest;

  /** When the daemon went on after it had stood still; null if it never has. */
  private @Nullable Tick wokenAt;

  private @Nullable Tick awaySince;
  private String problem = "";
  private @Nullable Tick problemSince;
  private String told = "";
  private boolean suspended;
  private @Nullable Tick askedAt;
  private Optional<Duration> took = Optional.empty();
  private long samples;
  private long failures;
  private long unreadable;
  private long leftOut;

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
    return noDataReason().isEmpty();
  }

  /** Whether nothing is known yet: no sample was taken, and none has failed. */
  boolean isBeginning() {
    return newest == null && awaySince == null;
  }

  /** Whether there is a sample and it is recent. */
  boolean isUp() {
    return awaySince == null && newest != null;
  }

  /** How well Redis is seen. */
  SampleFigures figures() {
    return new SampleFigures(
        samples,
        failures,
        unreadable,
        leftOut,
        newest().map(snapshot -> snapshot.at().wall()),
        took);
  }

  /** A sample was asked for. While an earlier one is unanswered that comes to nothing. */
  void asked(Tick now) {
    if (askedAt == null) {
      askedAt = now;
    }
  }

  /** Why there is nothing to act on; empty if there is. */
  Optional<Reason> noDataReason() {
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
    samples++;
    unreadable += snapshot.unreadable();
    if ((snapshot.leftOut() == 0) != (leftOut == 0)) {
      events.accept(now, new RedisEvent.LeftOut(snapshot.leftOut()));
    }
    leftOut = snapshot.leftOut();
    took = Optional.ofNullable(askedAt).map(asked -> snapshot.at().since(asked));
    askedAt = null;
    if (awaySince != null) {
      events.accept(now, new RedisEvent.RedisBack(now.since(awaySince)));
      awaySince = null;
      problemSince = null;
    }
    if (snapshot.suspended() != suspended) {
      suspended = snapshot.suspended();
      events.accept(now, new RedisEvent.Suspension(suspended));
    }
  }

  /** A sample could not be taken. */
  void failed(String why, Tick now) {
    failures++;
    askedAt = null;
    tell(why, now);
  }

  /** Says so once; and again if it turns out to be another problem, and a lasting one. */
  private void tell(String why, Tick now) {
    if (!why.equals(problem) || problemSince == null) {
      problem = why;
      problemSince = now;
    }
    boolean silent = problem.startsWith(NO_ANSWER) && told.startsWith(NO_ANSWER);
    boolean other = !silent && !problem.equals(told);
    boolean news = other && now.hasPassed(staleAfter, problemSince);
    if (awaySince == null || news) {
      told = problem;
      events.accept(now, new RedisEvent.RedisAway(problem, RqView.LONGEST_RETRY));
    }
    if (awaySince == null) {
      awaySince = now;
    }
  }

  /** The daemon stood still: its newest sample is old, and that is not Redis' fault. */
  void stalled(Tick now) {
    wokenAt = now;
  }

  /** Notices a Redis that takes the question and never answers. */
  void check(Tick now) {
    boolean isOld = newest != null && now.hasPassed(staleAfter, newest.at());
    boolean hadTime = wokenAt == null || now.hasPassed(staleAfter, wokenAt);
    if (isOld && hadTime && awaySince == null) {
      tell(NO_ANSWER, now);
    }
  }
}
