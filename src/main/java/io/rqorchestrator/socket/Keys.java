package io.rqorchestrator.socket;

/** The keys of requests and replies on the control socket. */
final class Keys {

  static final String VERSION = "version";

  /** What is asked: {@link Request#STATUS} and the like, or a command's verb. */
  static final String DO = "do";

  /** Of what is listed: only what is newer. */
  static final String AFTER = "after";

  /** Of what is listed: how many entries at most. */
  static final String MOST = "most";

  static final String TO = "to";
  static final String BY = "by";
  static final String MIN_WORKERS = "min_workers";
  static final String MAX_WORKERS = "max_workers";
  static final String UTILIZATION_THRESHOLD = "utilization_threshold";
  static final String TARGET_WAIT = "target_wait";

  /** Whether the request was granted. */
  static final String OK = "ok";

  /** Why it was not. */
  static final String ERROR = "error";

  /** What is said of a command that was accepted. */
  static final String MESSAGE = "message";

  private Keys() {}
}
