package io.rqorchestrator.process;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import io.rqorchestrator.control.Steering;
import io.rqorchestrator.control.SteeringStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an operator said of the pool's size, for the next daemon of the pool. */
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

  /**
   * @param directory the lock's place
   */
  public SteeringFile(Path directory, String poolId) {
    this.file = directory.resolve(poolId + ".steering");
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
  public Optional<String> keep(Steering steering) {
    try {
      if (steering instanceof Steering.Auto) {
        Files.deleteIfExists(file);
      } else {
        write(steering);
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(file + " cannot be written (" + e + ")");
    }
  }

  private void write(Steering steering) throws IOException {
    Content content = new Content();
    if (steering instanceof Steering.HeldAt held) {
      content.heldAt = held.at();
    } else if (steering instanceof Steering.Paused paused) {
      content.pausedAt = paused.at();
    }
    PrivateFile.replace(file, gson.toJson(content));
  }
}
