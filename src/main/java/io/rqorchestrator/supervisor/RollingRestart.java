package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.time.Tick;
import org.jspecify.annotations.Nullable;

/**
 * The replacement of all workers. Where they are forked, something to fork their successors from
 * comes first; if that fails, nothing is replaced.
 */
final class RollingRestart {

  private final Crew crew;
  private final EventSink events;
  private @Nullable Tick since;
  private boolean renewing;

  RollingRestart(Crew crew, EventSink events) {
    this.crew = crew;
    this.events = events;
  }

  /**
   * Begins, or begins anew.
   *
   * @param by who asks for it
   * @return what comes of it, for whoever asked
   */
  String begin(String by, Tick now) {
    since = now;
    int workers = crew.pool().active();
    events.accept(now, new Event.RestartRequested(by, workers));
    renewing = crew.renew(now);
    if (!renewing) {
      crew.outdateAll(now);
    }
    return "%s%d workers are replaced, one after the other"
        .formatted(renewing ? "the modules are imported anew, then " : "", workers);
  }

  /**
   * Workers can be forked from newer code; from the newest, unless that was asked for since.
   *
   * @param stopping whether the pool stops, so that nobody is replaced any more
   */
  void preloaded(Message.Preloaded preloaded, boolean stopping, Tick now) {
    events.accept(now, new Event.Preloaded(preloaded.pid(), preloaded.took()));
    crew.preloaded();
    if (preloaded.renewed() && renewing && !stopping && !crew.isRenewing()) {
      renewing = false;
      crew.outdateAll(now);
    }
  }

  /** What cannot be imported is no reason to give up workers that run. */
  void preloadFailed(Message.PreloadFailed failed, Tick now) {
    events.accept(now, new Event.PreloadFailed(failed.problem(), failed.renewed()));
    crew.preloadFailed(failed.problem());
    if (failed.renewed()) {
      renewing = false;
      since = null;
    }
  }

  /** Says so once the last worker has been replaced. */
  void tellDone(Tick now) {
    if (since != null && !renewing && crew.pool().outdated().isEmpty()) {
      events.accept(now, new Event.RestartDone(now.since(since)));
      since = null;
    }
  }
}
