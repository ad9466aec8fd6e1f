package io.rqorchestrator.web;

import io.rqorchestrator.control.PoolState;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.StatusBoard;
import io.rqorchestrator.time.DurationText;
import io.rqorchestrator.time.TickSource;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Health checks for a watchdog: 200 for yes, 503 for no, with the reason in one line. */
final class Probes {

  /**
   * The loop completes a turn at least once a second; a turn that spawns many workers takes longer.
   */
  private static final Duration LONGEST_TURN = Duration.ofSeconds(10);

  private static final Set<PoolState> STOPPING =
      EnumSet.of(PoolState.DRAINING, PoolState.COLD_STOP);

  private final StatusBoard board;
  private final TickSource ticks;

  Probes(StatusBoard board, TickSource ticks) {
    this.board = board;
    this.ticks = ticks;
  }

  /**
   * Whether the supervisor's loop runs: if not, only a restart helps. A starting daemon counts as
   * alive; it may import an application for a minute.
   */
  PageResponse alive(PageRequest request) {
    return answer(stalled());
  }

  /**
   * Whether the pool can follow its load: the daemon holds the lock, the first sample was taken,
   * Redis answers, and no stop was requested.
   */
  PageResponse ready(PageRequest request) {
    return answer(starting().or(this::stalled).or(this::unready));
  }

  private Optional<String> starting() {
    return board.turned().isEmpty()
        ? Optional.of("starting: the first turn of the loop has not ended")
        : Optional.empty();
  }

  private Optional<String> stalled() {
    return board
        .turned()
        .map(last -> ticks.now().since(last))
        .filter(since -> since.compareTo(LONGEST_TURN) > 0)
        .map(since -> "the loop has not turned for " + DurationText.of(since));
  }

  private Optional<String> unready() {
    PoolStatus status = board.newest().orElseThrow();
    if (STOPPING.contains(status.state())) {
      return Optional.of(status.state().text());
    }
    if (status.samples().newestAt().isEmpty()) {
      return Optional.of("no sample was taken yet");
    }
    return status.redisUp() ? Optional.empty() : Optional.of("Redis does not answer");
  }

  private static PageResponse answer(Optional<String> problem) {
    return problem.map(text -> PageResponse.line(503, text)).orElse(PageResponse.line(200, "ok"));
  }
}
