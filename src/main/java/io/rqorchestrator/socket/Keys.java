package io.rqorchestrator.socket;

/** The keys of requests and replies on the control socket. */
final class Keys {

  static final String VERSION = "version";

  /** The kind of request: {@link Request#STATUS} and the like, or a command's verb. */
  static final String DO = "do";

  /** For lists: only newer entries. */
  static final String AFTER = "after";

  /** For lists: the largest number of entries. */
  static final String MOST = "most";

  static final String TO = "to";
  static final String BY = "by";
  static final String MIN_WORKERS = "min_workers";
  static final String MAX_WORKERS = "max_workers";
  static final String UTILIZATION_THRESHOLD = "utilization_threshold";
  static final String TARGET_WAIT = "target_wait";

  /** Whether the request succeeded. */
  static final String OK = "ok";

  /** Why the request failed. */
  static final String ERROR = "error";

  /** The answer to an accepted command. */
  static final String MESSAGE = "message";

  private Keys() {}
}
