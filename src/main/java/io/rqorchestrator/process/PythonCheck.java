package io.rqorchestrator.process;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Asks a Python, before anything is started with it, whether it is there and has RQ. */
public final class PythonCheck {

  /** This Python cannot run workers. */
  public static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableException(String message) {
      super(message);
    }
  }

  private static final long PATIENCE_SECONDS = 30;

  /** Looks for RQ without importing it: that would double the time to the first worker. */
  private static final String QUESTION =
      """
      import sys
      from importlib import util
      if sys.version_info < (3, 8):
          print("is Python %d.%d, RQ needs 3.8 or newer" % sys.version_info[:2])
      elif util.find_spec("rq") is None:
          print("has no module rq: install it there with pip install rq, or name another --python")
      """;

  private final String python;
  private final Process process;

  private PythonCheck(String python, Process process) {
    this.python = python;
    this.process = process;
  }

  /**
   * Begins to ask; the answer is waited for in {@link #finish}.
   *
   * @param directory the workers' working directory, part of Python's path
   * @throws UnusableException if there is no such program
   */
  public static PythonCheck begin(String python, Path directory) throws UnusableException {
    try {
      Process process =
          new ProcessBuilder(python, "-c", QUESTION)
              .directory(directory.toFile())
              .redirectInput(Redirect.from(new File("/dev/null")))
              .redirectErrorStream(true)
              .start();
      return new PythonCheck(python, process);
    } catch (IOException e) {
      throw new UnusableException(
          "--python (%s) cannot be run in %s: name a Python 3.8 or newer that has RQ (%s)"
              .formatted(python, directory, String.valueOf(e.getMessage())));
    }
  }

  /**
   * Waits for the answer.
   *
   * @throws UnusableException if this Python has no RQ
   */
  public void finish() throws UnusableException, InterruptedException {
    try {
      String answer =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new UnusableException("--python (%s) does not answer".formatted(python));
      }
      if (!answer.isEmpty() || process.exitValue() != 0) {
        String lastLine = answer.substring(answer.lastIndexOf('\n') + 1);
        throw new UnusableException("--python (%s) ".formatted(python) + lastLine);
      }
    } catch (IOException e) {
      throw new UnusableException("--python (%s) does not answer".formatted(python));
    }
  }
}
