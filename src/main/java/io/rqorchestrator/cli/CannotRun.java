package io.rqorchestrator.cli;

/** The environment does not let the command do its work: exit code 1. */
final class CannotRun extends Exception {
  private static final long serialVersionUID = 1L;

  CannotRun(String message) {
    super(message);
  }
}
