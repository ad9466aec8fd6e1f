package io.rqorchestrator.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One daemon per pool and host: a lock that dies with its holder, whatever ends it. The file holds
 * the holder's pid, for the one that is refused.
 */
public final class PoolLock implements AutoCloseable {

  /** Another daemon holds the lock. */
  public static final class TakenException extends Exception {
    private static final long serialVersionUID = 1L;

    TakenException(String message) {
      super(message);
    }
  }

  private final FileChannel channel;

  private PoolLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock of a pool.
   *
   * @throws TakenException if a daemon of this pool already runs on this host
   * @throws IOException if the lock file cannot be used
   */
  public static PoolLock take(Path directory, String poolId, String poolName)
      throws IOException, TakenException {
    RuntimeDirectory.create(directory);
    Path file = directory.resolve(poolId + ".lock");
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    @Nullable FileLock lock = channel.tryLock();
    if (lock == null) {
      String holder = read(channel);
      channel.close();
      throw new TakenException(
          "pool %s is already run by pid %s on this host: stop it, or give this pool a --name"
              .formatted(poolName, holder.isEmpty() ? "unknown" : holder));
    }
    channel.truncate(0);
    channel.write(
        ByteBuffer.wrap(
            Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)),
        0);
    return new PoolLock(channel);
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(32);
    channel.read(content, 0);
    return new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII).strip();
  }

  /** Gives the lock back. The file stays: removing it would race with the next holder. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
