package io.rqorchestrator.scaling;

import io.rqorchestrator.time.DurationText;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Grows at once and shrinks slowly: to the largest size that was wanted within the last moments,
 * and not below what is busy. That a worker is busy now is no reason to keep it a moment longer.
 *
 * <p>How long these moments are is {@code --shrink-hold}, stretched where workers were let go and
 * missed soon after ({@link FlapPenalty}). After a time without questions, what was wanted before
 * says nothing, and the size that is there counts as wanted.
 */
final class ShrinkHold implements Limit {

  private record WantedSize(Tick at, int size) {}

  private final Duration hold;
  private final FlapPenalty flapPenalty;

  /** What was wanted and has not been topped since: sizes fall from the first to the last. */
  private final Deque<WantedSize> wanted = new ArrayDeque<>();

  private @Nullable Tick lastAsked;
  private Duration lastGap = Duration.ZERO;

  /**
   * @param hold how long a size that was wanted is kept, 0 or more
   */
  ShrinkHold(Duration hold) {
    this.hold = hold;
    this.flapPenalty = new FlapPenalty(hold);
  }

  @Override
  public Optional<Moved> limit(int size, ScalingInput input) {
    Tick now = input.at();
    if (lastAsked == null || isAfterSilence(now.since(lastAsked))) {
      note(input.active(), now);
    }
    lastGap = lastAsked == null ? Duration.ZERO : now.since(lastAsked);
    lastAsked = now;
    note(size, now);
    Duration stretched = flapPenalty.stretched(now);
    int busy = input.workers().busy();
    int wantedLately = Math.min(input.active(), largestWithin(stretched, now));
    int kept = Math.max(size, Math.max(wantedLately, busy));
    flapPenalty.observe(Math.max(kept, input.min()), input.active(), now);
    if (kept == size) {
      return Optional.empty();
    }
    if (kept > wantedLately) {
      return Optional.of(new Moved(kept, Reason.Code.BUSY, kept + " are busy"));
    }
    String text = "wanted %d within the last %s".formatted(kept, DurationText.of(stretched));
    return Optional.of(new Moved(kept, Reason.Code.SHRINK_HOLD, text));
  }

  /** Questions may come more seldom than the hold is long; then their usual distance counts. */
  private boolean isAfterSilence(Duration gap) {
    return gap.compareTo(hold) >= 0 && gap.compareTo(lastGap.multipliedBy(3)) > 0;
  }

  private void note(int size, Tick now) {
    while (!wanted.isEmpty() && wanted.getLast().size() <= size) {
      wanted.removeLast();
    }
    wanted.addLast(new WantedSize(now, size));
  }

  private int largestWithin(Duration span, Tick now) {
    while (wanted.size() > 1 && now.hasPassed(flapPenalty.longest(), wanted.getFirst().at())) {
      wanted.removeFirst();
    }
    return wanted.stream()
        .filter(earlier -> !now.hasPassed(span, earlier.at()))
        .mapToInt(WantedSize::size)
        .findFirst()
        .orElse(0);
  }
}
