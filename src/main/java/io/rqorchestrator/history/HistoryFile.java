package io.rqorchestrator.history;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.EventFields;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.JsonText;
import io.rqorchestrator.time.Tick;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes every event as a line of JSON. A file that has reached its largest size is renamed to
 * {@code FILE.1}, replacing the previous one, and a new file begins.
 *
 * <p>{@link #accept} does not wait for the disk. Events are queued up to a limit and written
 * together. Events beyond the limit, or that cannot be written, are dropped and counted.
 */
public final class HistoryFile implements EventSink {

  private static final Logger LOG = LoggerFactory.getLogger(HistoryFile.class);
  private static final long MOST_BYTES = 64L << 20;

  /** Most events that wait to be written: minutes of a busy pool. */
  static final int MOST_WAITING = 10_000;

  private static final int MOST_AT_ONCE = 1000;

  /** An event and the time at which it happened. */
  private record PendingEvent(Tick at, Event event) {}

  private final Gson gson = new GsonBuilder().disableHtmlEscaping().create();
  private final Path file;
  private final long mostBytes;
  private final Executor writer;
  private final BlockingQueue<PendingEvent> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final AtomicBoolean isWriteDue = new AtomicBoolean();
  private final AtomicLong dropped = new AtomicLong();
  private long bytes;
  private volatile boolean broken;

  /**
   * @param writer runs the writes, one after the other
   * @throws UncheckedIOException if the file cannot be written, or another user could replace it
   */
  public HistoryFile(Path file, Executor writer) {
    this(file, MOST_BYTES, writer);
  }

  HistoryFile(Path file, long mostBytes, Executor writer) {
    this.mostBytes = mostBytes;
    this.writer = writer;
    try {
      this.file = OwnFile.at(file);
      create();
      bytes = Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void accept(Tick at, Event event) {
    if (!waiting.offer(new PendingEvent(at, event))) {
      dropped.incrementAndGet();
    }
    askToWrite();
  }

  /** Number of lines dropped so far. */
  public long dropped() {
    return dropped.get();
  }

  /** Whether no event waits to be written and the last write succeeded. */
  public boolean isFlowing() {
    return waiting.isEmpty() && !broken;
  }

  private void askToWrite() {
    if (isWriteDue.compareAndSet(false, true)) {
      writer.execute(this::writeSome);
    }
  }

  /** Writes a limited number of events, so that other tasks of the executor are not delayed. */
  private void writeSome() {
    isWriteDue.set(false);
    List<PendingEvent> entries = new ArrayList<>();
    waiting.drainTo(entries, MOST_AT_ONCE);
    StringBuilder lines = new StringBuilder();
    entries.forEach(entry -> lines.append(line(entry)).append('\n'));
    try {
      write(lines.toString().getBytes(StandardCharsets.UTF_8));
      broken = false;
    } catch (IOException e) {
      if (!broken) {
        LOG.warn("history file {} cannot be written: {}; retrying", file, e.toString());
      }
      broken = true;
      dropped.addAndGet(entries.size());
    }
    if (!waiting.isEmpty()) {
      askToWrite();
    }
  }

  private String line(PendingEvent entry) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", entry.at().wall().toString());
    line.put("event", EventFields.kind(entry.event()));
    line.putAll(EventFields.of(entry.event()));
    return JsonText.visible(gson.toJson(line));
  }

  /** Creates the file for its owner only, because the names of jobs and queues are confidential. */
  private void create() throws IOException {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      append(new byte[0]); // shows that the file can be written
    }
  }

  private void write(byte[] lines) throws IOException {
    if (bytes + lines.length > mostBytes) {
      rotate();
    }
    try {
      append(lines);
    } catch (NoSuchFileException e) { // rotated just now, here or by another program
      create();
      append(lines);
    }
    bytes += lines.length;
  }

  /** Appends to the file, but not to a symbolic link that has replaced it. */
  private void append(byte[] lines) throws IOException {
    Files.write(file, lines, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Rotates the file. If the directory is not writable, the file keeps growing, so that no line is
   * lost.
   */
  private void rotate() {
    try {
      Files.move(
          file,
          file.resolveSibling(file.getFileName() + ".1"),
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("history file {} cannot be rotated: {}; it keeps growing", file, e.toString());
    }
    bytes = 0; // after a failure: tries again when the same amount has been written
  }
}
