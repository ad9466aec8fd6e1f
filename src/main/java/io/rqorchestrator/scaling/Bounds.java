package io.rqorchestrator.scaling;

import static io.rqorchestrator.scaling.Reason.Code.AT_MAX;
import static io.rqorchestrator.scaling.Reason.Code.AT_MIN;
import static io.rqorchestrator.scaling.Reason.Code.BACKING_OFF;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Keeps the size in [min, max].
 *
 * <p>max limits memory, so draining workers and places that wait for a restart count against it.
 * min guarantees capacity, so neither counts towards it.
 */
final class Bounds implements Limit {

  @Override
  public Optional<Moved> limit(int size, ScalingInput input) {
    int active = input.active();
    if (size > active) {
      return growth(size, input);
    }
    int least = Math.min(active, input.min());
    return size < least
        ? Optional.of(new Moved(least, AT_MIN, "at min " + input.min()))
        : Optional.empty();
  }

  private static Optional<Moved> growth(int size, ScalingInput input) {
    int active = input.active();
    int backingOff = input.workers().backingOff();
    int room = Math.max(0, input.max() - input.workers().live() - backingOff);
    if (room > 0 && backingOff > 0) {
      return Optional.of(new Moved(active, BACKING_OFF, backingOff + " in backoff"));
    }
    if (size - active <= room) {
      return Optional.empty();
    }
    int draining = input.workers().live() - active;
    String others =
        Stream.of(counted(draining, "draining"), counted(backingOff, "in backoff"))
            .filter(text -> !text.isEmpty())
            .collect(Collectors.joining(", "));
    String with = others.isEmpty() ? "" : " with " + others;
    // Without the failing places there would be room: they are the cause, not max.
    Reason.Code code = backingOff > 0 && active < input.max() ? BACKING_OFF : AT_MAX;
    return Optional.of(new Moved(active + room, code, "at max " + input.max() + with));
  }

  private static String counted(int number, String what) {
    return number == 0 ? "" : number + " " + what;
  }
}
