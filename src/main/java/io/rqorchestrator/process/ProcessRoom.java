package io.rqorchestrator.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Whether one more worker fits into the limits of processes that hold for this process: the limit
 * of its user ({@code ulimit -u}) and those of its control groups ({@code pids.max}). The kernel
 * counts threads. Workers do not take the last places: a stop needs some, and each existing worker
 * needs one for its next horse.
 *
 * <p>To count the threads of the user, one file per process is read. So they are counted at most
 * once a turn, and only if all threads of the host together would not fit.
 */
final class ProcessRoom {

  /**
   * The process of a worker, its thread for RQ's commands, its horse, and the daemon's thread that
   * waits for it.
   */
  static final int WORKER = 4;

  /** Places that are kept for a stop. The worker host limits the workers themselves to the rest. */
  static final int STOP = 8;

  /** A scheduler, and programs that run briefly. */
  private static final int PASSING = 4;

  private static final String ROOT = "0";

  private final Path proc;
  private final Path groups;
  private @Nullable Count counted;

  /**
   * @param proc where the process file system is
   * @param groups where the control groups are
   */
  ProcessRoom(Path proc, Path groups) {
    this.proc = proc;
    this.groups = groups;
  }

  static ProcessRoom ofThisProcess() {
    return new ProcessRoom(Path.of("/proc"), Path.of("/sys/fs/cgroup"));
  }

  /**
   * A limit of threads.
   *
   * @param holder the user or the group that it holds for
   * @param remedy where it is set
   * @param used how many threads there are; for the user's limit only an upper bound at first
   */
  private record ProcessLimit(String holder, String remedy, long used, long most) {}

  /**
   * The user's threads.
   *
   * @param workers the threads of each of the pool's workers and its descendants, by pid
   */
  private record Count(long all, Map<Long, Long> workers) {
    /** How many more threads these workers will need. */
    long promised(Collection<Long> pids) {
      return pids.stream()
          .mapToLong(
              pid -> {
                @Nullable Long threads = workers.get(pid);
                return threads == null ? WORKER : Math.max(0, WORKER - 1 - threads);
              })
          .sum();
    }
  }

  /** What {@code /proc/PID/status} says of a process. */
  private record ProcessCounts(long pid, long parent, long threads, boolean isOurs) {}

  /** Forgets the count. */
  void turn() {
    counted = null;
  }

  /**
   * Checks whether there is room for one more worker.
   *
   * @param workers pids of the existing workers
   * @param unborn how many were requested and have no process yet
   * @return what is missing, for the user; empty if it fits
   */
  Optional<String> shortage(Collection<Long> workers, int unborn) {
    String user = field(lines(proc.resolve("self/status")), "Uid:").orElse("");
    List<ProcessLimit> limits = groupLimits();
    userLimit(user).ifPresent(limits::add);
    long wanted = WORKER + PASSING + STOP;
    long grown = (long) (workers.size() + unborn) * WORKER;
    limits.removeIf(limit -> limit.used() + grown + wanted <= limit.most());
    if (limits.isEmpty()) {
      return Optional.empty();
    }
    Count now = counted(user, workers);
    long promised = (long) unborn * WORKER + now.promised(workers);
    for (ProcessLimit limit : limits) {
      long used = limit.holder().startsWith("user ") ? now.all() : limit.used();
      long left = Math.max(0, limit.most() - used - promised);
      if (left < wanted) {
        return Optional.of(
            "%d of %d processes are left to %s, and a worker needs %d, with %d in reserve for a stop; raise %s, or lower --max-workers"
                .formatted(
                    left, limit.most(), limit.holder(), WORKER, STOP + PASSING, limit.remedy()));
      }
    }
    return Optional.empty();
  }

  /** The limit of this user. Root has none. */
  private Optional<ProcessLimit> userLimit(String user) {
    Optional<String> most = field(lines(proc.resolve("self/limits")), "Max processes");
    if (user.equals(ROOT) || most.filter(text -> text.matches("\\d{1,18}")).isEmpty()) {
      return Optional.empty();
    }
    long everybody =
        lines(proc.resolve("loadavg")).stream()
            .map(line -> line.replaceFirst("^.*/(\\d{1,18}) .*$", "$1"))
            .filter(text -> text.matches("\\d+"))
            .mapToLong(Long::parseLong)
            .findFirst()
            .orElse(Long.MAX_VALUE / 2);
    return Optional.of(
        new ProcessLimit(
            "user " + user, "ulimit -u (LimitNPROC=)", everybody, Long.parseLong(most.get())));
  }

  private List<ProcessLimit> groupLimits() {
    List<ProcessLimit> limits = new ArrayList<>();
    for (ControlGroup group : ControlGroup.around(proc, groups, "pids")) {
      OptionalLong most = group.number("pids.max");
      OptionalLong used = group.number("pids.current");
      if (most.isPresent() && used.isPresent()) {
        limits.add(
            new ProcessLimit(
                "control group " + group.directory(),
                "its pids.max (TasksMax=)",
                used.getAsLong(),
                most.getAsLong()));
      }
    }
    return limits;
  }

  private Count counted(String user, Collection<Long> workers) {
    Count known = counted;
    if (known == null) {
      known = count(user, workers);
      counted = known;
    }
    return known;
  }

  private Count count(String user, Collection<Long> workers) {
    Map<Long, ProcessCounts> processes = new HashMap<>();
    long all = 0;
    try (DirectoryStream<Path> pids = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path directory : pids) {
        @Nullable ProcessCounts status = status(directory, user);
        if (status != null) {
          processes.put(status.pid(), status);
          all += status.isOurs() ? status.threads() : 0;
        }
      }
    } catch (IOException e) {
      return new Count(all, Map.of());
    }
    Map<Long, Long> perWorker = new HashMap<>();
    workers.forEach(pid -> perWorker.put(pid, 0L));
    for (ProcessCounts each : processes.values()) {
      @Nullable ProcessCounts at = each;
      while (at != null && !perWorker.containsKey(at.pid())) {
        at = processes.get(at.parent());
      }
      if (at != null) {
        perWorker.merge(at.pid(), each.threads(), Long::sum);
      }
    }
    return new Count(all, perWorker);
  }

  private static @Nullable ProcessCounts status(Path directory, String user) {
    List<String> lines = lines(directory.resolve("status"));
    try {
      return new ProcessCounts(
          Long.parseLong(directory.getFileName().toString()),
          field(lines, "PPid:").map(Long::valueOf).orElse(0L),
          field(lines, "Threads:").map(Long::valueOf).orElse(0L),
          field(lines, "Uid:").filter(user::equals).isPresent());
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** The first word after a name that begins a line. */
  private static Optional<String> field(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).strip().split("\\s+", 2)[0])
        .findFirst();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }
}
