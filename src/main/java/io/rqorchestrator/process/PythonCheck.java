package io.rqorchestrator.process;

import io.rqorchestrator.time.DurationText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/**
 * Checks before the first start of a worker whether a Python exists and has RQ. Other output, such
 * as a warning or a line of {@code sitecustomize}, is ignored.
 */
public final class PythonCheck {

  /** This Python cannot run workers. */
  public static final class UnusablePythonException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusablePythonException(String message) {
      super(message);
    }
  }

  /** What the lines of the check begin with. */
  static final String MARK = "rq-orchestrator asks: ";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * Looks for RQ without importing it, because the import would double the time to the first
   * worker. The first lines work in any Python.
   */
  private static final String QUESTION =
      """
      import sys
      def no(code, problem):
          print("\\n%s" + problem)
          sys.exit(code)
      if sys.version_info < (3, 8):
          no(3, "is Python %%d.%%d, RQ needs 3.8 or newer" %% sys.version_info[:2])
      from importlib import util
      if util.find_spec("rq") is None:
          no(4, "has no module rq: install it there with pip install rq, or name another --python")
      """
          .formatted(MARK);

  private final String python;
  private final ProgramRun question;

  private PythonCheck(String python, ProgramRun question) {
    this.python = python;
    this.question = question;
  }

  /**
   * Starts the program. {@link #finish} waits for its answer.
   *
   * @param directory the workers' working directory, part of Python's path
   * @throws UnusableException if there is no such program
   */
  public static PythonCheck begin(String python, Path directory) throws UnusablePythonException {
    try {
      return new PythonCheck(python, ProgramRun.ask(List.of(python, "-c", QUESTION), directory));
    } catch (IOException e) {
      throw new UnusablePythonException(
          "--python (%s) cannot be run in %s: name a Python 3.8 or newer that has RQ (%s)"
              .formatted(python, directory, String.valueOf(e.getMessage())));
    }
  }

  /**
   * Waits for the answer.
   *
   * @param stopped completes, never with an exception, once the answer is not needed any more
   * @throws UnusableException if this Python has no RQ, or does not answer
   */
  public void finish(CompletableFuture<?> stopped)
      throws UnusablePythonException, InterruptedException {
    finish(stopped, PATIENCE);
  }

  void finish(CompletableFuture<?> stopped, Duration patience)
      throws UnusablePythonException, InterruptedException {
    try {
      if (question.isAnswered(stopped, patience) && question.exitCode() != 0) {
        throw new UnusablePythonException("--python (%s) %s".formatted(python, problem()));
      }
    } catch (TimeoutException e) {
      throw new UnusablePythonException(
          "--python (%s) does not answer within %s: run it by hand to see why, or name another"
              .formatted(python, DurationText.of(patience)));
    }
  }

  /** The answer of the check, or else the last line of the error. */
  private String problem() throws InterruptedException {
    List<String> lines = question.lines();
    return lines.stream()
        .filter(line -> line.startsWith(MARK))
        .map(line -> line.substring(MARK.length()))
        .findFirst()
        .orElseGet(
            () ->
                "fails with exit code %d: %s"
                    .formatted(
                        question.exitCode(),
                        lines.stream()
                            .filter(line -> !line.isBlank())
                            .reduce((one, next) -> next)
                            .orElse("it says nothing")));
  }
}
