package io.rqorchestrator.process;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.annotations.SerializedName;
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
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The record of the pool's worker processes. It outlives the daemon, so that the next daemon finds
 * the workers. It is written when a worker is started, is asked to go, or has ended. A change does
 * not wait for the disk. Changes that come while a write waits for its turn are written with it.
 *
 * <p>A daemon of another release reads the file, so its words are declared here and stay when Java
 * names change.
 */
final class PoolStateFile {

  private static final Logger LOG = LoggerFactory.getLogger(PoolStateFile.class);
  private static final int VERSION = 1;

  /**
   * A worker process as recorded.
   *
   * @param asked why it was asked to go; null if it was not
   * @param token what it publishes; null if an early release wrote the record
   * @param startedWith what it was started with, as {@link StartedWith#text}; null if an early
   *     release wrote the record
   */
  record Recorded(
      @SerializedName("pid") long pid,
      @SerializedName("start") long start,
      @SerializedName("rqName") String rqName,
      @SerializedName("role") Role role,
      @SerializedName("lossFree") boolean lossFree,
      @SerializedName("asked") @Nullable DrainReason asked,
      @SerializedName("token") @Nullable String token,
      @SerializedName("startedWith") @Nullable String startedWith) {

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
  private static final class StoredState {
    @SerializedName("version")
    int version = VERSION;

    @SerializedName("workers")
    @Nullable List<Recorded> workers;
  }

  private final Gson gson =
      new GsonBuilder()
          .registerTypeAdapter(Role.class, new WordAdapter<>(Role.class, PoolStateFile::word))
          .registerTypeAdapter(
              DrainReason.class, new WordAdapter<>(DrainReason.class, PoolStateFile::word))
          .create();
  private final Path file;
  private final Executor writer;
  private final Map<Long, Recorded> workers = new TreeMap<>();
  private final AtomicBoolean waits = new AtomicBoolean();

  /** Whether the last write failed. Only the writer's thread uses it. */
  private boolean broken;

  /**
   * @param writer does the writing, one piece of work after the other
   */
  PoolStateFile(Path directory, String poolId, Executor writer) {
    this.file = directory.resolve(poolId + ".state");
    this.writer = writer;
  }

  /**
   * What an earlier daemon recorded; nothing if there is no file, or if it cannot be understood.
   * Each worker stays recorded until it is removed.
   */
  synchronized List<Recorded> read() {
    try {
      @Nullable StoredState content = gson.fromJson(Files.readString(file), StoredState.class);
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

  /** A worker has its process. */
  void add(Recorded worker) {
    synchronized (this) {
      workers.put(worker.pid(), worker);
    }
    write();
  }

  /** A worker was asked to go. */
  void endRequested(long pid, DrainReason reason) {
    synchronized (this) {
      Recorded worker = workers.get(pid);
      if (worker == null || worker.asked() != null) {
        return;
      }
      workers.put(pid, worker.asked(reason));
    }
    write();
  }

  /** A worker has ended. */
  void remove(long pid) {
    synchronized (this) {
      if (workers.remove(pid) == null) {
        return;
      }
    }
    write();
  }

  private static String word(Role role) {
    return switch (role) {
      case CORE -> "CORE";
      case ELASTIC -> "ELASTIC";
    };
  }

  private static String word(DrainReason reason) {
    return switch (reason) {
      case RETIRE -> "RETIRE";
      case STOP -> "STOP";
      case START_TIMEOUT -> "START_TIMEOUT";
      case RESTART -> "RESTART";
      case RECYCLE -> "RECYCLE";
      case UNRESPONSIVE -> "UNRESPONSIVE";
      case FORGOTTEN -> "FORGOTTEN";
    };
  }

  private void write() {
    if (waits.compareAndSet(false, true)) {
      writer.execute(this::writeNow);
    }
  }

  /** If the file cannot be written, the log warns once, and the pool goes on without the file. */
  private void writeNow() {
    waits.set(false);
    StoredState content = new StoredState();
    synchronized (this) {
      content.workers = List.copyOf(workers.values());
    }
    try {
      PrivateFile.replace(file, gson.toJson(content));
      broken = false;
    } catch (IOException e) {
      if (!broken) {
        LOG.warn(
            "state file cannot be written, the next daemon may not find all workers: {}", "" + e);
      }
      broken = true;
    }
  }
}
