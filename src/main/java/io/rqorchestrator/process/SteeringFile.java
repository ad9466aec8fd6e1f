package io.rqorchestrator.process;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import io.rqorchestrator.control.Steering;
import io.rqorchestrator.control.SteeringStore;
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
 * What an operator said of the pool's size, for the next daemon of the pool. Nobody waits for the
 * disk; of several words that wait to be written only the newest is.
 */
public final class SteeringFile implements SteeringStore {

  private static final int VERSION = 1;

  /** The file's content; neither size means that the policy decides. */
  private static final class Content {
    int version = VERSION;
    @Nullable Integer heldAt;
    @Nullable Integer pausedAt;
  }

  private final Gson gson = new Gson();
  private final Path file;
  private final Executor writer;
  private final AtomicReference<@Nullable Steering> wanted = new AtomicReference<>();
  private final AtomicInteger unwritten = new AtomicInteger();
  private volatile Optional<String> problem = Optional.empty();

  /**
   * @param directory the lock's place
   * @param writer writes, one piece of work after the other
   */
  public SteeringFile(Path directory, String poolId, Executor writer) {
    this.file = directory.resolve(poolId + ".steering");
    this.writer = writer;
  }

  @Override
  public Steering recall() {
    try {
      @Nullable Content content = gson.fromJson(Files.readString(file), Content.class);
      if (content != null && content.version == VERSION) {
        if (content.heldAt != null && content.heldAt >= 0) {
          return new Steering.HeldAt(content.heldAt);
        }
        if (content.pausedAt != null && content.pausedAt >= 0) {
          return new Steering.Paused(content.pausedAt);
        }
      }
    } catch (IOException | JsonParseException e) {
      // None was kept, or it was cut off: the policy decides, which is where every pool begins.
    }
    return new Steering.Auto();
  }

  @Override
  public void keep(Steering steering) {
    if (wanted.getAndSet(steering) == null) {
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
    Steering newest = wanted.getAndSet(null);
    if (newest != null) {
      problem = write(newest);
    }
    unwritten.decrementAndGet();
  }

  private Optional<String> write(Steering steering) {
    try {
      if (steering instanceof Steering.Auto) {
        Files.deleteIfExists(file);
      } else {
        PrivateFile.replace(file, gson.toJson(content(steering)));
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(file + " cannot be written (" + e + ")");
    }
  }

  private static Content content(Steering steering) {
    Content content = new Content();
    if (steering instanceof Steering.HeldAt held) {
      content.heldAt = held.at();
    } else if (steering instanceof Steering.Paused paused) {
      content.pausedAt = paused.at();
    }
    return content;
  }
}
