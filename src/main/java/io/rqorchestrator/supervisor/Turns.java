package io.rqorchestrator.supervisor;

import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** When the loop turns and how long it takes. */
final class Turns {

  /** The loop rests no longer than this between two turns. */
  static final Duration LONGEST_REST = Duration.ofSeconds(1);

  /** A turn that is as late as this tells that the daemon itself stood still. */
  private static final Duration STALL = Duration.ofSeconds(5);

  /** A turn that is shorter happens at one moment, as far as anybody can tell. */
  private static final Duration SHORT = Duration.ofMillis(100);

  /** The longest turn is that of this time. */
  private static final Duration REMEMBERED = Duration.ofMinutes(1);

  private record Turn(Tick end, Duration length) {}

  /** Each is longer than all that follow it. */
  private final Deque<Turn> longest = new ArrayDeque<>();

  private @Nullable Tick lastBegin;

  /**
   * A turn begins.
   *
   * @return how late it is, if it is so late that the daemon must have stood still
   */
  Optional<Duration> begin(Tick now) {
    Tick before = lastBegin;
    lastBegin = now;
    if (before == null) {
      return Optional.empty();
    }
    Duration late = now.since(before).minus(LONGEST_REST);
    return late.compareTo(STALL) < 0 ? Optional.empty() : Optional.of(late);
  }

  /**
   * A turn ends.
   *
   * @return whether it was so long that what was done in it was done after its beginning
   */
  boolean end(Tick begun, Tick now) {
    Duration length = now.since(begun);
    while (!longest.isEmpty() && longest.getLast().length().compareTo(length) <= 0) {
      longest.removeLast();
    }
    longest.addLast(new Turn(now, length));
    return length.compareTo(SHORT) >= 0;
  }

  /** The longest turn of the last minute; 0 before the first has ended. */
  Duration longest(Tick now) {
    while (!longest.isEmpty() && now.hasPassed(REMEMBERED, longest.getFirst().end())) {
      longest.removeFirst();
    }
    return longest.isEmpty() ? Duration.ZERO : longest.getFirst().length();
  }
}
