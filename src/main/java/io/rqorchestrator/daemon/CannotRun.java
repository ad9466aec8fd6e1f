package io.rqorchestrator.daemon;

/** The environment does not let the command do its work. */
public final class CannotRun extends Exception {
  private static final long serialVersionUID = 1L;

  /** A daemon of this pool runs already: EX_TEMPFAIL of sysexits.h. A supervisor can tell it. */
  static final int ALREADY_RUNS = 75;

  private static final int FAILED = 1;

  private final int exitCode;

  /** Exit code 1. */
  public CannotRun(String message) {
    this(message, FAILED);
  }

  CannotRun(String message, int exitCode) {
    super(message);
    this.exitCode = exitCode;
  }

  /** What the process ends with. */
  public int exitCode() {
    return exitCode;
  }
}
