package io.rqorchestrator.process;

import io.rqorchestrator.pool.Orphan;
import java.util.Optional;

/**
 * What the worker host writes into the environment of a process that is forked from a worker, as
 * {@code /proc} shows it. Without it, a horse, a scheduler and a process that a job has forked look
 * alike.
 *
 * @param kind what the process is; empty for the worker itself
 * @param pid the process that has written the mark. Its children inherit the text, but have another
 *     pid
 * @param worker pid of its worker
 */
record ForkMark(Optional<Orphan.Kind> kind, long pid, long worker) {

  /** In the environment of a worker: room for the mark. */
  static final String VARIABLE = "RQ_ORCHESTRATOR_FORK";

  /** Longer than the longest mark. */
  static final String ROOM = " ".repeat(40);

  /**
   * The mark that a process carries: its own, or that of the process it was forked from. None if
   * there is no room for a mark, or if none was written.
   */
  static Optional<ForkMark> of(long pid) {
    return ProcessTable.environment(pid, VARIABLE).flatMap(ForkMark::parse);
  }

  /** Reads a mark. The words are those of {@code worker_host.py}. */
  static Optional<ForkMark> parse(String text) {
    String[] words = text.strip().split(" ", -1);
    if (words.length != 3 || !words[1].matches("[0-9]{1,10}") || !words[2].matches("[0-9]{1,10}")) {
      return Optional.empty();
    }
    long pid = Long.parseLong(words[1]);
    long worker = Long.parseLong(words[2]);
    return switch (words[0]) {
      case "worker" -> Optional.of(new ForkMark(Optional.empty(), pid, worker));
      case "horse" -> Optional.of(new ForkMark(Optional.of(Orphan.Kind.HORSE), pid, worker));
      case "scheduler" ->
          Optional.of(new ForkMark(Optional.of(Orphan.Kind.SCHEDULER), pid, worker));
      default -> Optional.empty();
    };
  }

  /** What this process is to its worker; empty for the worker itself, and for a job's process. */
  Optional<Orphan.Kind> kindOf(long process) {
    return kind.filter(any -> pid == process);
  }
}
