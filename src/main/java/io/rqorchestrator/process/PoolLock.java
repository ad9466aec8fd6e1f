package io.rqorchestrator.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One daemon per pool and host: a lock that the kernel releases when its holder ends in any way.
 * The file contains the pid of the holder, for the message of a daemon that is refused.
 */
public final class PoolLock implements AutoCloseable {

  /** Another daemon holds the lock. */
  public static final class TakenException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient PoolHolder holder;

    TakenException(PoolHolder holder) {
      super(holder.describe());
      this.holder = holder;
    }

    /** Who holds it. */
    public PoolHolder holder() {
      return holder;
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(PoolLock.class);
  private static final Duration KEPT_EVERY = Duration.ofHours(1);

  /** Other files of the pool that may stay unchanged for as long as its daemon runs. */
  private static final List<String> KEPT = List.of(".sock", ".state", ".override");

  private final FileChannel channel;
  private final Path file;
  private final String poolId;
  private Instant kept;

  private PoolLock(FileChannel channel, Path file, String poolId, Instant kept) {
    this.channel = channel;
    this.file = file;
    this.poolId = poolId;
    this.kept = kept;
  }

  /**
   * Takes the lock of a pool.
   *
   * @throws TakenException if a daemon of this pool already runs on this host
   * @throws IOException if the lock file cannot be used
   */
  public static PoolLock take(Path directory, String poolId) throws IOException, TakenException {
    RuntimeDirectory.create(directory);
    Path file = directory.resolve(poolId + ".lock");
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PrivateFile.CREATED);
    @Nullable FileLock lock = channel.tryLock();
    if (lock == null) {
      String holder = read(channel);
      channel.close();
      throw new TakenException(
          new PoolHolder(
              Optional.of(holder).filter(pid -> !pid.isEmpty()),
              Optional.empty(),
              directory.resolve(poolId + ".sock")));
    }
    channel.truncate(0);
    write(channel);
    return new PoolLock(channel, file, poolId, Instant.EPOCH);
  }

  private static void write(FileChannel channel) throws IOException {
    byte[] holder =
        Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII);
    channel.write(ByteBuffer.wrap(holder), 0);
  }

  /**
   * Writes the lock file again once an hour. The file may be in {@code /tmp}, where
   * systemd-tmpfiles removes files that were not touched for ten days. A second daemon would then
   * find no lock. The file is written through the channel that holds the lock: closing any other
   * channel on it, which setting its time also does, would release the lock. The pool's other files
   * are touched by setting their mode again. Without them the pool could not be reached, and the
   * next daemon would know less about its workers and nothing about a size override.
   *
   * @param writer does the writing, so that the caller does not wait for the disk
   */
  public void keep(Instant now, Executor writer) {
    if (Duration.between(kept, now).abs().compareTo(KEPT_EVERY) >= 0) {
      kept = now;
      writer.execute(this::touch);
    }
  }

  private void touch() {
    try {
      write(channel);
    } catch (IOException e) {
      LOG.debug("the lock file cannot be written: {}", "" + e);
    }
    for (String suffix : KEPT) {
      Path other = file.resolveSibling(poolId + suffix);
      try {
        Files.setPosixFilePermissions(other, PrivateFile.MODE);
      } catch (NoSuchFileException e) {
        // Not every pool has all of these files.
      } catch (IOException e) {
        LOG.debug("{} cannot be kept from being cleaned away: {}", other, "" + e);
      }
    }
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(32);
    channel.read(content, 0);
    return new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII).strip();
  }

  /** Releases the lock. The file stays, because removing it would race with the next holder. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
