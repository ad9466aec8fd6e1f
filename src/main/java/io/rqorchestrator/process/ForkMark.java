package io.rqorchestrator.process;

import io.rqorchestrator.pool.Orphan;
import java.util.Locale;
import java.util.Optional;

/**
 * What a process that was forked from a worker has written into its environment, as {@code /proc}
 * shows it. A horse, a scheduler and whatever a job has forked look alike otherwise.
 *
 * @param kind what the process is that has written this; empty for the worker itself
 * @param pid the process that has written this. What is forked from it inherits the text, but not
 *     the pid
 * @param worker pid of its worker
 */
record ForkMark(Optional<Orphan.Kind> kind, long pid, long worker) {

  /** In the environment of a worker: room for the mark. */
  static final String VARIABLE = "RQ_ORCHESTRATOR_FORK";

  /** Longer than the longest mark. */
  static final String ROOM = " ".repeat(40);

  /**
   * The mark that a process carries: its own, or that of the process it was forked from. None if
   * there is no room for one, or if nobody has written one.
   */
  static Optional<ForkMark> of(long pid) {
    return ProcessTable.environment(pid, VARIABLE).flatMap(ForkMark::parse);
  }

  /** Understands a mark. */
  static Optional<ForkMark> parse(String text) {
    String[] words = text.strip().split(" ", -1);
    if (words.length != 3
        || !words[0].matches("worker|horse|scheduler")
        || !words[1].matches("[0-9]{1,10}")
        || !words[2].matches("[0-9]{1,10}")) {
      return Optional.empty();
    }
    Optional<Orphan.Kind> kind =
        words[0].equals("worker")
            ? Optional.empty()
            : Optional.of(Orphan.Kind.valueOf(words[0].toUpperCase(Locale.ROOT)));
    return Optional.of(new ForkMark(kind, Long.parseLong(words[1]), Long.parseLong(words[2])));
  }

  /** What this process is to its worker: nothing if it is a job's, or the worker itself. */
  Optional<Orphan.Kind> kindOf(long process) {
    return kind.filter(any -> pid == process);
  }
}
