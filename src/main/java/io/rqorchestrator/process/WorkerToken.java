package io.rqorchestrator.process;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Identifies a worker on any host: a random text that the daemon gives to one process. The worker
 * host publishes it beside the worker's record. Host name and process id are not enough, because
 * two containers may share both.
 */
final class WorkerToken {

  /** In the environment of a worker and its forks. */
  static final String VARIABLE = "RQ_ORCHESTRATOR_TOKEN";

  /** Characters of a token. */
  static final int LENGTH = 32;

  private static final SecureRandom RANDOM = new SecureRandom();

  private WorkerToken() {}

  /** A new token. */
  static String create() {
    byte[] bytes = new byte[LENGTH / 2];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** The token that a process was started with, or an empty string. */
  static String of(long pid) {
    return ProcessTable.environment(pid, VARIABLE).orElse("");
  }
}
