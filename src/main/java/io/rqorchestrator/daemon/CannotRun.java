package io.rqorchestrator.daemon;

/** The command cannot do its work, for a reason that is not a wrong setting. */
public final class CannotRun extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * A daemon of this pool already runs. It is EX_TEMPFAIL of sysexits.h, so that service managers
   * know it.
   */
  static final int ALREADY_RUNS = 75;

  private static final int FAILED = 1;

  private final int exitCode;

  /** With exit code 1. */
  public CannotRun(String message) {
    this(message, FAILED);
  }

  CannotRun(String message, int exitCode) {
    super(message);
    this.exitCode = exitCode;
  }

  /** The exit code of the process. */
  public int exitCode() {
    return exitCode;
  }
}
