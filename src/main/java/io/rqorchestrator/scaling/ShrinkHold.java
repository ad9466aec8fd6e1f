package io.rqorchestrator.scaling;

import io.rqorchestrator.time.DurationText;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets the pool grow at once and shrink slowly: {@code size = max(wanted, largest size wanted
 * within the hold, busy workers)}.
 *
 * <ul>
 *   <li>The hold is {@code --shrink-hold}, lengthened after a shrink that proved wrong ({@link
 *       FlapPenalty}).
 *   <li>The number of busy workers counts only now; it is not remembered as a wanted size.
 *   <li>After a gap without decisions, earlier wanted sizes no longer count; the present size
 *       counts as wanted instead.
 * </ul>
 */
final class ShrinkHold implements Limit {

  private record WantedSize(Tick at, int size) {}

  private final Duration hold;
  private final FlapPenalty flapPenalty;

  /**
   * Wanted sizes that no later one reaches or exceeds, so sizes fall from the first to the last.
   */
  private final Deque<WantedSize> wanted = new ArrayDeque<>();

  private @Nullable Tick lastDecision;
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
    if (lastDecision == null || isAfterGap(now.since(lastDecision))) {
      note(input.active(), now);
    }
    lastGap = lastDecision == null ? Duration.ZERO : now.since(lastDecision);
    lastDecision = now;
    note(size, now);
    Duration stretched = flapPenalty.stretched(now);
    int busy = input.workers().busy();
    int wantedRecently = Math.min(input.active(), largestWithin(stretched, now));
    int kept = Math.max(size, Math.max(wantedRecently, busy));
    flapPenalty.observe(Math.max(kept, input.min()), input.active(), now);
    if (kept == size) {
      return Optional.empty();
    }
    if (kept > wantedRecently) {
      return Optional.of(new Moved(kept, Reason.Code.BUSY, kept + " are busy"));
    }
    String text = "wanted %d within the last %s".formatted(kept, DurationText.of(stretched));
    return Optional.of(new Moved(kept, Reason.Code.SHRINK_HOLD, text));
  }

  /**
   * Whether decisions paused for so long that earlier wanted sizes are stale. Decisions may be
   * further apart than the hold, so a gap must also exceed three times the previous one.
   */
  private boolean isAfterGap(Duration gap) {
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
