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
 * Writes every event as a line of JSON. When the file has reached its size it becomes {@code
 * FILE.1}, in the place of the one before, and a new one begins.
 *
 * <p>Whoever tells an event does not wait for the disk. Events that come meanwhile are kept, up to
 * a number, and written together; what is too much, or cannot be written, is dropped and counted.
 */
public final class HistoryFile implements EventSink {

  private static final Logger LOG = LoggerFactory.getLogger(HistoryFile.class);
  private static final long MOST_BYTES = 64L << 20;

  /** Events that wait to be written: minutes of a busy pool. */
  static final int MOST_WAITING = 10_000;

  private static final int MOST_AT_ONCE = 1000;

  /** An event, and when it happened. */
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
   * @param writer writes, one piece of work after the other
   * @throws UncheckedIOException if the file cannot be written, or others could change what it is
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

  /** Lines that were dropped so far. */
  public long dropped() {
    return dropped.get();
  }

  /** Whether all is written that was not dropped, and the last write went well. */
  public boolean isFlowing() {
    return waiting.isEmpty() && !broken;
  }

  private void askToWrite() {
    if (isWriteDue.compareAndSet(false, true)) {
      writer.execute(this::writeSome);
    }
  }

  /** Not all at once: other files have their turn in between. */
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
        LOG.warn("history file {} cannot be written: {}; tries on", file, e.toString());
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

  /** For its owner's eyes: names of jobs and queues are nobody else's business. */
  private void create() throws IOException {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      append(new byte[0]); // which shows that it can be
    }
  }

  private void write(byte[] lines) throws IOException {
    if (bytes + lines.length > mostBytes) {
      rotate();
    }
    try {
      append(lines);
    } catch (NoSuchFileException e) { // rotated just now, or by somebody else
      create();
      append(lines);
    }
    bytes += lines.length;
  }

  /** A link that has since come in its place is not ours. */
  private void append(byte[] lines) throws IOException {
    Files.write(file, lines, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
  }

  /** A directory that is not ours to write in is no reason to lose what comes. */
  private void rotate() {
    try {
      Files.move(
          file,
          file.resolveSibling(file.getFileName() + ".1"),
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("history file {} cannot be rotated: {}; it grows on", file, e.toString());
    }
    bytes = 0; // tried again when as much has been written once more
  }
}
