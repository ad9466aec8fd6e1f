package io.rqorchestrator.process;

import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.Survivor;
import io.rqorchestrator.wire.WireNames;
import java.util.Optional;

/**
 * What a forked worker writes into its environment, as {@code /proc} shows it: who it is. Its
 * command line, and the rest of its environment, are those of its fork server. What is forked from
 * the worker has the same mark, but not the same pid.
 *
 * @param pid the worker's process
 * @param role what it was started as
 * @param rqName RQ's name of it, or an empty string if the worker chose its own
 * @param token what it publishes to say that it is this worker, or an empty string
 */
record WorkerMark(long pid, Role role, String rqName, String token) {

  /** In the environment of a fork server: room for the mark of a worker. */
  static final String VARIABLE = "RQ_ORCHESTRATOR_FORKED";

  /** Beside the name: pid, role and token, and what is between them. */
  private static final int ROOM_WITHOUT_NAME = 32 + WorkerToken.LENGTH;

  /** Stands for the name of a worker that chose its own. */
  private static final String NO_NAME = "-";

  /** Room for the marks of workers whose names are no longer than this. */
  static String room(int nameLength) {
    return " ".repeat(nameLength + ROOM_WITHOUT_NAME);
  }

  /** What a worker writes behind its pid. */
  static String text(Role role, String rqName, String token) {
    String name = rqName.isEmpty() ? NO_NAME : rqName;
    return WireNames.of(role) + " " + name + " " + token;
  }

  /** The mark that a process carries: its own, or that of the worker it was forked from. */
  static Optional<WorkerMark> of(long pid) {
    return ProcessTable.environment(pid, VARIABLE).flatMap(WorkerMark::parse);
  }

  /** Understands a mark; none if there is only room for one. */
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

  /** The worker as a next daemon finds it. Only the worker host is ever forked from. */
  Survivor survivor() {
    return new Survivor(pid, rqName, role, true, token);
  }
}
