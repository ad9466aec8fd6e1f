package io.rqorchestrator.process;

import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.Survivor;
import io.rqorchestrator.wire.WireNames;
import java.util.Optional;

/**
 * The identity that a forked worker writes into its environment, as {@code /proc} shows it. Its
 * command line and the rest of its environment are those of the fork server. Processes that are
 * forked from the worker have the same mark, but another pid.
 *
 * @param pid the worker's process
 * @param role its role when it was started
 * @param rqName RQ's name of the worker, or an empty string if the worker chose its own
 * @param token what it publishes to say that it is this worker, or an empty string
 */
record WorkerMark(long pid, Role role, String rqName, String token) {

  /** In the environment of a fork server: room for the mark of a worker. */
  static final String VARIABLE = "RQ_ORCHESTRATOR_FORKED";

  /** The length of the mark without the name: pid, role, token and blanks. */
  private static final int ROOM_WITHOUT_NAME = 32 + WorkerToken.LENGTH;

  /** Stands for the name of a worker that chose its own. */
  private static final String NO_NAME = "-";

  /** Room for the marks of workers whose names are no longer than this. */
  static String room(int nameLength) {
    return " ".repeat(nameLength + ROOM_WITHOUT_NAME);
  }

  /** The text that a worker writes after its pid. */
  static String text(Role role, String rqName, String token) {
    String name = rqName.isEmpty() ? NO_NAME : rqName;
    return WireNames.of(role) + " " + name + " " + token;
  }

  /** The mark that a process carries: its own, or that of the worker it was forked from. */
  static Optional<WorkerMark> of(long pid) {
    return ProcessTable.environment(pid, VARIABLE).flatMap(WorkerMark::parse);
  }

  /** Reads a mark; empty if there is only room for one. */
  static Optional<WorkerMark> parse(String text) {
    String[] words = text.strip().split(" ", -1);
    if (words.length < 2 || !words[0].matches("[0-9]{1,10}")) {
      return Optional.empty();
    }
    Role role = words[1].equals(WireNames.of(Role.CORE)) ? Role.CORE : Role.ELASTIC;
    String name = words.length > 2 && !words[2].equals(NO_NAME) ? words[2] : "";
    String token = words.length > 3 ? words[3] : "";
    return Optional.of(new WorkerMark(Long.parseLong(words[0]), role, name, token));
  }

  /**
   * The worker as the next daemon finds it. It is loss-free, because only the worker host is
   * forked.
   */
  Survivor survivor() {
    return new Survivor(pid, rqName, role, true, token);
  }
}
