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

/**
 * Keeps the newest sample of RQ, judges how fresh it is, and reports when Redis is lost or is back.
 */
final class RqWatch {

  private static final String NO_ANSWER = "no answer";

  private final Duration staleAfter;
  private final EventSink events;
  private @Nullable RqSnapshot newest;

  /** When the daemon last continued after it had stood still; null if it never stood still. */
  private @Nullable Tick continuedAt;

  private @Nullable Tick awaySince;
  private String problem = "";
  private @Nullable Tick problemSince;
  private String reported = "";
  private boolean suspended;
  private @Nullable Tick requestedAt;
  private Optional<Duration> took = Optional.empty();
  private long samples;
  private long failures;
  private long unreadable;
  private long leftOut;

  /**
   * @param staleAfter age from which a sample is too old to act on
   */
  RqWatch(Duration staleAfter, EventSink events) {
    this.staleAfter = staleAfter;
    this.events = events;
  }

  /** The newest sample, whatever its age. */
  Optional<RqSnapshot> newest() {
    return Optional.ofNullable(newest);
  }

  /** Whether workers may be started and retired: there is fresh data and RQ is not suspended. */
  boolean mayAct() {
    return holdReason().isEmpty();
  }

  /** Whether no sample was taken yet and none has failed. */
  boolean isWithoutAnySample() {
    return newest == null && awaySince == null;
  }

  /** Whether there is a sample and it is recent. */
  boolean hasFreshSample() {
    return awaySince == null && newest != null;
  }

  /** Figures about sampling for viewers. */
  SampleFigures figures() {
    return new SampleFigures(
        samples,
        failures,
        unreadable,
        leftOut,
        newest().map(snapshot -> snapshot.at().wall()),
        took);
  }

  /** A sample is requested. Ignored while an earlier request is unanswered. */
  void requested(Tick now) {
    if (requestedAt == null) {
      requestedAt = now;
    }
  }

  /**
   * Why the pool has to stay as it is: there is no data, or RQ is suspended. Empty if it may act.
   */
  Optional<Reason> holdReason() {
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
    took = Optional.ofNullable(requestedAt).map(requested -> snapshot.at().since(requested));
    requestedAt = null;
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
    requestedAt = null;
    report(why, now);
  }

  /**
   * Reports a problem once, and reports another problem only after it has lasted for {@code
   * staleAfter}.
   */
  private void report(String why, Tick now) {
    if (!why.equals(problem) || problemSince == null) {
      problem = why;
      problemSince = now;
    }
    boolean silent = problem.startsWith(NO_ANSWER) && reported.startsWith(NO_ANSWER);
    boolean other = !silent && !problem.equals(reported);
    boolean news = other && now.hasPassed(staleAfter, problemSince);
    if (awaySince == null || news) {
      reported = problem;
      events.accept(now, new RedisEvent.RedisAway(problem, RqView.LONGEST_RETRY));
    }
    if (awaySince == null) {
      awaySince = now;
    }
  }

  /**
   * Restarts the timeout of samples: the daemon stood still, so an old sample is no proof that
   * Redis is away.
   */
  void restartTimeout(Tick now) {
    continuedAt = now;
  }

  /** Detects that Redis does not answer requests any more. */
  void check(Tick now) {
    boolean isOld = newest != null && now.hasPassed(staleAfter, newest.at());
    boolean hadTime = continuedAt == null || now.hasPassed(staleAfter, continuedAt);
    if (isOld && hadTime && awaySince == null) {
      report(NO_ANSWER, now);
    }
  }
}
