package io.rqorchestrator.process;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.gson.annotations.SerializedName;
import io.rqorchestrator.control.SizeOverride;
import io.rqorchestrator.control.SizeOverrideStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The size override of an operator, kept for the next daemon of the pool. No caller waits for the
 * disk. Of several overrides that wait to be written, only the newest is written.
 *
 * <p>A daemon of another release reads the file, so its words are declared here and stay when Java
 * names change.
 */
public final class SizeOverrideFile implements SizeOverrideStore {

  private static final int VERSION = 1;

  /** The file's content; neither size means that the policy decides. */
  private static final class StoredOverride {
    @SerializedName("version")
    int version = VERSION;

    @SerializedName("heldAt")
    @Nullable Integer heldAt;

    @SerializedName("pausedAt")
    @Nullable Integer pausedAt;
  }

  private final Gson gson = new Gson();
  private final Path file;
  private final Executor writer;
  private final AtomicReference<@Nullable SizeOverride> wanted = new AtomicReference<>();
  private final AtomicInteger unwritten = new AtomicInteger();
  private volatile Optional<String> problem = Optional.empty();

  /**
   * @param directory where the lock is, too
   * @param writer does the writing, one piece of work after the other
   */
  public SizeOverrideFile(Path directory, String poolId, Executor writer) {
    this.file = directory.resolve(poolId + ".override");
    this.writer = writer;
  }

  @Override
  public SizeOverride recall() {
    try {
      @Nullable StoredOverride content =
          gson.fromJson(Files.readString(file), StoredOverride.class);
      if (content != null && content.version == VERSION) {
        if (content.heldAt != null && content.heldAt >= 0) {
          return new SizeOverride.HeldAt(content.heldAt);
        }
        if (content.pausedAt != null && content.pausedAt >= 0) {
          return new SizeOverride.Paused(content.pausedAt);
        }
      }
    } catch (IOException | JsonParseException e) {
      // There is no file, or it was cut off: the policy decides, as in a new pool.
    }
    return new SizeOverride.None();
  }

  @Override
  public void keep(SizeOverride sizeOverride) {
    if (wanted.getAndSet(sizeOverride) == null) {
      unwritten.incrementAndGet();
      writer.execute(this::keepNow);
    }
  }

  @Override
  public void whenKept(Consumer<Optional<String>> then) {
    if (unwritten.get() == 0) {
      then.accept(problem);
    } else {
      writer.execute(() -> then.accept(problem)); // behind what is still to be written
    }
  }

  private void keepNow() {
    SizeOverride newest = wanted.getAndSet(null);
    if (newest != null) {
      problem = write(newest);
    }
    unwritten.decrementAndGet();
  }

  private Optional<String> write(SizeOverride sizeOverride) {
    try {
      if (sizeOverride instanceof SizeOverride.None) {
        Files.deleteIfExists(file);
      } else {
        PrivateFile.replace(file, gson.toJson(content(sizeOverride)));
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(file + " cannot be written (" + e + ")");
    }
  }

  private static StoredOverride content(SizeOverride sizeOverride) {
    StoredOverride content = new StoredOverride();
    if (sizeOverride instanceof SizeOverride.HeldAt held) {
      content.heldAt = held.at();
    } else if (sizeOverride instanceof SizeOverride.Paused paused) {
      content.pausedAt = paused.at();
    }
    return content;
  }
}
