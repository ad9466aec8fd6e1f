package io.rqorchestrator.process;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks a Python, before anything is started with it, whether it is there and has RQ. What else it
 * says, such as a warning or a word of its site's, is its own affair.
 */
public final class PythonCheck {

  /** This Python cannot run workers. */
  public static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableException(String message) {
      super(message);
    }
  }

  /** What our own lines begin with. */
  static final String MARK = "rq-orchestrator asks: ";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** How long the output of one that has ended may take: a child of it may keep it open. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private static final int LONGEST_OUTPUT = 16 << 10;

  /**
   * Looks for RQ without importing it: that would double the time to the first worker. What can be
   * asked of any Python comes first.
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
  private final Process process;
  private final byte[] output = new byte[LONGEST_OUTPUT];
  private int length;
  private final Thread reader = new Thread(this::read, "python check");

  private PythonCheck(String python, Process process) {
    this.python = python;
    this.process = process;
    reader.setDaemon(true);
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
      PythonCheck check = new PythonCheck(python, process);
      check.reader.start();
      return check;
    } catch (IOException e) {
      throw new UnusableException(
          "--python (%s) cannot be run in %s: name a Python 3.8 or newer that has RQ (%s)"
              .formatted(python, directory, String.valueOf(e.getMessage())));
    }
  }

  /** Keeps the end of what it says. */
  private void read() {
    try (InputStream in = process.getInputStream()) {
      byte[] some = new byte[LONGEST_OUTPUT];
      for (int read = in.read(some); read >= 0; read = in.read(some)) {
        keep(some, read);
      }
    } catch (IOException e) {
      // It was ended: there is no more.
    }
  }

  private synchronized void keep(byte[] some, int count) {
    int kept = Math.min(length, LONGEST_OUTPUT - count);
    System.arraycopy(output, length - kept, output, 0, kept);
    System.arraycopy(some, 0, output, kept, count);
    length = kept + count;
  }

  private synchronized List<String> lines() {
    return new String(output, 0, length, StandardCharsets.UTF_8).lines().toList();
  }

  /**
   * Waits for the answer.
   *
   * @param stopped completes, never with an exception, once nobody wants to know any more
   * @throws UnusableException if this Python has no RQ, or does not answer
   */
  public void finish(CompletableFuture<?> stopped) throws UnusableException, InterruptedException {
    finish(stopped, PATIENCE);
  }

  void finish(CompletableFuture<?> stopped, Duration patience)
      throws UnusableException, InterruptedException {
    try {
      Object unused =
          CompletableFuture.anyOf(process.onExit(), stopped)
              .get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      end();
      throw new UnusableException(
          "--python (%s) does not answer within %d s: run it by hand to see why, or name another"
              .formatted(python, Math.max(1, patience.toSeconds())));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    if (process.isAlive()) {
      end();
      return;
    }
    if (process.exitValue() != 0) {
      reader.join(LAST_WORDS.toMillis());
      throw new UnusableException("--python (%s) %s".formatted(python, problem()));
    }
  }

  private void end() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** Our own answer, else the last line of what went wrong. */
  private String problem() {
    List<String> lines = lines();
    return lines.stream()
        .filter(line -> line.startsWith(MARK))
        .map(line -> line.substring(MARK.length()))
        .findFirst()
        .orElseGet(
            () ->
                "fails with exit code %d: %s"
                    .formatted(
                        process.exitValue(),
                        lines.stream()
                            .filter(line -> !line.isBlank())
                            .reduce((one, next) -> next)
                            .orElse("it says nothing")));
  }
}
