package io.rqorchestrator.supervisor;

import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Measures the loop's turns: detects that the daemon stood still, and keeps the longest turn. */
final class Turns {

  /** Longest rest between two turns. */
  static final Duration LONGEST_REST = Duration.ofSeconds(1);

  /** Delay of a turn from which the daemon must have stood still. */
  private static final Duration STALL = Duration.ofSeconds(5);

  /** Length below which a turn counts as a single moment. */
  private static final Duration SHORT = Duration.ofMillis(100);

  /** How long a turn counts for the longest turn. */
  private static final Duration REMEMBERED = Duration.ofMinutes(1);

  private record Turn(Tick end, Duration length) {}

  /** The remembered turns; each is longer than all later ones. */
  private final Deque<Turn> longest = new ArrayDeque<>();

  private @Nullable Tick lastBegin;

  /**
   * A turn begins.
   *
   * @return the delay, if it is so long that the daemon must have stood still
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
   * @return whether the turn was so long that actions in it may have happened well after its
   *     beginning
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
