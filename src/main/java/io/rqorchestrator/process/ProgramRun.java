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

/** A program that is run for its exit code and the end of its output. */
final class ProgramRun {

  /** How long to wait for the output of an ended program, which a child may keep open. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private static final int LONGEST_OUTPUT = 16 << 10;

  private final Process process;
  private final byte[] output = new byte[LONGEST_OUTPUT];
  private int length;
  private final Thread reader = new Thread(this::read, "python check");

  private ProgramRun(Process process) {
    this.process = process;
    reader.setDaemon(true);
  }

  /** Starts the program. */
  static ProgramRun ask(List<String> words, Path directory) throws IOException {
    ProgramRun question =
        new ProgramRun(
            new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .start());
    question.reader.start();
    return question;
  }

  /** Keeps the end of its output. */
  private void read() {
    try (InputStream in = process.getInputStream()) {
      byte[] some = new byte[LONGEST_OUTPUT];
      for (int read = in.read(some); read >= 0; read = in.read(some)) {
        keep(some, read);
      }
    } catch (IOException e) {
      // It was ended, so there is no more output.
    }
  }

  private synchronized void keep(byte[] some, int count) {
    int kept = Math.min(length, LONGEST_OUTPUT - count);
    System.arraycopy(output, length - kept, output, 0, kept);
    System.arraycopy(some, 0, output, kept, count);
    length = kept + count;
  }

  /**
   * Waits for the end of the program, and ends it if the answer is not needed any more.
   *
   * @param stopped completes, never with an exception, once the answer is not needed any more
   * @return false if the answer is not needed any more
   * @throws TimeoutException if the program takes longer than {@code patience}
   */
  boolean isAnswered(CompletableFuture<?> stopped, Duration patience)
      throws InterruptedException, TimeoutException {
    try {
      Object unused =
          CompletableFuture.anyOf(process.onExit(), stopped)
              .get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      end();
      throw e;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    boolean answered = !process.isAlive();
    if (!answered) {
      end();
    }
    return answered;
  }

  /** Ends it. */
  void end() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** The exit code of the program after its end. */
  int exitCode() {
    return process.exitValue();
  }

  /** The end of the output of the program after its end. */
  List<String> lines() throws InterruptedException {
    reader.join(LAST_WORDS.toMillis());
    synchronized (this) {
      return new String(output, 0, length, StandardCharsets.UTF_8).lines().toList();
    }
  }
}
