package io.rqorchestrator.daemon;

import io.rqorchestrator.process.StandardStreams;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Standard error, written by a thread of its own. A reader that stalls (a terminal after Ctrl-S, a
 * pager, a log shipper that hangs) then stalls that thread and no other. Lines that do not fit into
 * the buffer meanwhile are dropped and counted.
 *
 * <p>It replaces {@link System#err}, so that all output goes this way: the log, errors of the
 * command line, and the stack traces of threads that die.
 */
public final class StandardError extends OutputStream {

  /** A log line has about 150 bytes, so this is room for thousands. */
  static final int MOST_BYTES = 1 << 20;

  private static final int MOST_WRITES = 16_384;

  private static volatile @Nullable StandardError installed;

  private final OutputStream out;
  private final BackgroundThread thread = new BackgroundThread("standard error", MOST_WRITES);
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private volatile boolean broken;

  /**
   * @param out where the bytes are written
   */
  StandardError(OutputStream out) {
    this.out = out;
  }

  /** Replaces {@link System#err}. */
  public static StandardError install() {
    StandardError error =
        new StandardError(
            StandardStreams.hasError()
                ? new FileOutputStream(FileDescriptor.err)
                : OutputStream.nullOutputStream());
    System.setErr(new PrintStream(error, true, Charset.defaultCharset()));
    installed = error;
    return error;
  }

  /** Lines that this process has dropped so far, because they were not read in time. */
  static long droppedLines() {
    return Optional.ofNullable(installed).map(error -> error.dropped.get()).orElse(0L);
  }

  /** Whether this process has written all lines, except those that it has dropped. */
  static boolean isFlowing() {
    return Optional.ofNullable(installed).map(StandardError::isRead).orElse(true);
  }

  /** Whether all bytes are written, except those that were dropped, and there is a reader. */
  boolean isRead() {
    return waiting.get() == 0 && !broken;
  }

  @Override
  public void write(int one) {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    byte[] copy = new byte[length];
    System.arraycopy(bytes, offset, copy, 0, length);
    boolean fits = waiting.addAndGet(length) <= MOST_BYTES;
    if (!fits || !thread.offer(() -> pass(copy))) {
      drop(copy);
    }
  }

  private void pass(byte[] bytes) {
    try {
      out.write(bytes);
      waiting.addAndGet(-bytes.length);
      broken = false;
    } catch (IOException e) { // the reader has gone
      broken = true;
      drop(bytes);
    }
  }

  private void drop(byte[] bytes) {
    waiting.addAndGet(-bytes.length);
    for (byte each : bytes) {
      if (each == '\n') {
        dropped.incrementAndGet();
      }
    }
  }

  /** How many lines were dropped. */
  long dropped() {
    return dropped.get();
  }

  /**
   * Waits until the buffer is written. Later output is lost.
   *
   * @param patience how long to wait at most
   */
  public void finish(Duration patience) throws InterruptedException {
    boolean unused = thread.finish(patience);
  }
}
