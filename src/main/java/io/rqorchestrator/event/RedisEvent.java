package io.rqorchestrator.event;

import io.rqorchestrator.time.DurationText;
import io.rqorchestrator.wire.WireName;
import java.time.Duration;

/** Redis, and RQ's own state in it. */
public sealed interface RedisEvent extends Event {

  /**
   * Samples fail: the pool is held as it is.
   *
   * @param retryWithin the longest time until Redis is asked again
   */
  @WireName("redis_away")
  record RedisAway(
      @WireName("problem") String problem, @WireName("retry_within") Duration retryWithin)
      implements RedisEvent, Warning {
    @Override
    public String describe() {
      return "waiting for Redis: %s; nothing is started or retired until it answers, asked every %s"
          .formatted(problem, DurationText.of(retryWithin));
    }
  }

  /** Samples are back. */
  @WireName("redis_back")
  record RedisBack(@WireName("after") Duration after) implements RedisEvent {
    @Override
    public String describe() {
      return "Redis answers again after " + DurationText.of(after);
    }
  }

  /**
   * Redis holds more than can be read of the pool's queues and workers, or does so no more.
   *
   * @param count names and values that are left out; 0 if none is any more
   */
  @WireName("left_out")
  record LeftOut(@WireName("count") long count) implements RedisEvent {
    @Override
    public String describe() {
      return count == 0
          ? "all that Redis holds of the workers on these queues is read again"
          : "%d names or values in Redis are left out, too many or too long: look at the workers that"
                  .formatted(count)
              + " are registered on these queues";
    }

    @Override
    public Level level() {
      return count == 0 ? Level.CHANGE : Level.WARNING;
    }
  }

  /** {@code rq suspend} came into force or was lifted. */
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
