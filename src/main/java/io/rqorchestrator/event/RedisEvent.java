package io.rqorchestrator.event;

import io.rqorchestrator.time.DurationText;
import io.rqorchestrator.wire.WireName;
import java.time.Duration;

/** Redis, and RQ's own state in it. */
public sealed interface RedisEvent extends Event {

  /**
   * Samples fail. The size of the pool is held.
   *
   * @param retryWithin the longest time until the next attempt
   */
  @WireName("redis_away")
  record RedisAway(
      @WireName("problem") String problem, @WireName("retry_within") Duration retryWithin)
      implements RedisEvent, Warning {
    @Override
    public String describe() {
      return "waiting for Redis: %s; nothing is started or retired until it answers, tries every %s"
          .formatted(problem, DurationText.of(retryWithin));
    }
  }

  /** Samples can be taken again. */
  @WireName("redis_back")
  record RedisBack(@WireName("after") Duration after) implements RedisEvent {
    @Override
    public String describe() {
      return "Redis answers again after " + DurationText.of(after);
    }
  }

  /**
   * The number of names and values in Redis that are left out has changed, because there are too
   * many or they are too long.
   *
   * @param count names and values that are left out; 0 if all are read again
   */
  @WireName("left_out")
  record LeftOut(@WireName("count") long count) implements RedisEvent {
    @Override
    public String describe() {
      return count == 0
          ? "no name and no value in Redis is left out any more"
          : "%d names or values in Redis are too many or too long and are left out: look at the workers that"
                  .formatted(count)
              + " are registered on these queues";
    }

    @Override
    public Level level() {
      return count == 0 ? Level.CHANGE : Level.WARNING;
    }
  }

  /** {@code rq suspend} or {@code rq resume} was run. */
  @WireName("suspension")
  record Suspension(@WireName("suspended") boolean suspended) implements RedisEvent {
    @Override
    public String describe() {
      return suspended
          ? "rq suspend is in force: nothing is started or retired until rq resume"
          : "rq resume: scaling goes on";
    }
  }
}
