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
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes every event as a line of JSON. When the file has reached its size it becomes {@code
 * FILE.1}, in the place of the one before, and a new one begins.
 */
public final class HistoryFile implements EventSink {

  private static final Logger LOG = LoggerFactory.getLogger(HistoryFile.class);
  private static final long MOST_BYTES = 64L << 20;

  private final Gson gson = new GsonBuilder().disableHtmlEscaping().create();
  private final Path file;
  private final long mostBytes;
  private long bytes;
  private boolean broken;

  /**
   * @throws UncheckedIOException if the file cannot be written, or others could change what it is
   */
  public HistoryFile(Path file) {
    this(file, MOST_BYTES);
  }

  HistoryFile(Path file, long mostBytes) {
    this.mostBytes = mostBytes;
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
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", at.wall().toString());
    line.put("event", EventFields.kind(event));
    line.putAll(EventFields.of(event));
    try {
      write((JsonText.visible(gson.toJson(line)) + "\n").getBytes(StandardCharsets.UTF_8));
      broken = false;
    } catch (IOException e) {
      if (!broken) {
        LOG.warn("history file {} cannot be written: {}; tries on", file, e.toString());
      }
      broken = true;
    }
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

  private void write(byte[] line) throws IOException {
    if (bytes + line.length > mostBytes) {
      rotate();
    }
    try {
      append(line);
    } catch (NoSuchFileException e) { // rotated just now, or by somebody else
      create();
      append(line);
    }
    bytes += line.length;
  }

  /** A link that has since come in its place is not ours. */
  private void append(byte[] line) throws IOException {
    Files.write(file, line, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
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
