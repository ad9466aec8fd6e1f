package io.rqorchestrator.process;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.Survivor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The record of the pool's worker processes that outlives the daemon, so that the next one finds
 * them: written whenever a worker is spawned, asked to go, or gone.
 */
final class PoolStateFile {

  private static final int VERSION = 1;

  /**
   * A worker process as recorded.
   *
   * @param asked why it was asked to go; null if it was not
   * @param token what it publishes; null if a daemon that knew no tokens has written this
   * @param startedWith what it was started with, as {@link StartedWith#text}; null likewise
   */
  record Recorded(
      long pid,
      long start,
      String rqName,
      Role role,
      boolean lossFree,
      @Nullable DrainReason asked,
      @Nullable String token,
      @Nullable String startedWith) {

    static Recorded of(Survivor worker, long start) {
      return new Recorded(
          worker.pid(),
          start,
          worker.rqName(),
          worker.role(),
          worker.lossFree(),
          worker.asked().orElse(null),
          worker.token(),
          worker.startedWith());
    }

    Recorded asked(DrainReason reason) {
      return new Recorded(pid, start, rqName, role, lossFree, reason, token, startedWith);
    }

    Survivor survivor() {
      return new Survivor(
          pid,
          rqName,
          role,
          lossFree,
          Optional.ofNullable(asked),
          Objects.requireNonNullElse(token, ""),
          Objects.requireNonNullElse(startedWith, ""));
    }
  }

  /** The file's content. */
  private static final class Content {
    int version = VERSION;
    @Nullable List<Recorded> workers;
  }

  private final Gson gson = new Gson();
  private final Path file;
  private final Map<Long, Recorded> workers = new TreeMap<>();

  PoolStateFile(Path directory, String poolId) {
    this.file = directory.resolve(poolId + ".state");
  }

  /**
   * What an earlier daemon recorded; nothing if it left no file, or one that makes no sense. Stays
   * recorded until it is removed.
   */
  synchronized List<Recorded> read() {
    try {
      @Nullable Content content = gson.fromJson(Files.readString(file), Content.class);
      if (content == null || content.version != VERSION || content.workers == null) {
        return List.of();
      }
      List<Recorded> sound = new ArrayList<>();
      for (@Nullable Recorded worker : content.workers) {
        if (worker != null
            && worker.pid() > 1
            && worker.rqName() != null
            && worker.role() != null) {
          sound.add(worker);
          workers.put(worker.pid(), worker);
        }
      }
      return sound;
    } catch (IOException | JsonParseException e) {
      return List.of();
    }
  }

  /** Pids of all that are recorded. */
  synchronized Set<Long> pids() {
    return Set.copyOf(workers.keySet());
  }

  synchronized void add(Recorded worker) throws IOException {
    workers.put(worker.pid(), worker);
    write();
  }

  synchronized void asking(long pid, DrainReason reason) throws IOException {
    Recorded worker = workers.get(pid);
    if (worker != null && worker.asked() == null) {
      add(worker.asked(reason));
    }
  }

  synchronized void remove(long pid) throws IOException {
    if (workers.remove(pid) != null) {
      write();
    }
  }

  private void write() throws IOException {
    Content content = new Content();
    content.workers = List.copyOf(workers.values());
    PrivateFile.replace(file, gson.toJson(content));
  }
}
