package io.rqorchestrator.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/**
 * Every process that carries a pool's mark, whoever started it. Whether a test leaves processes is
 * read from {@code /proc}, not asked of the daemon.
 */
final class PoolProcesses implements AutoCloseable {

  private final String mark;

  private PoolProcesses(String poolId) {
    this.mark = "\0RQ_ORCHESTRATOR_POOL=" + poolId + "\0";
  }

  static PoolProcesses of(Daemon daemon) {
    return new PoolProcesses(poolId(daemon));
  }

  static String poolId(Daemon daemon) {
    return daemon.await("pool_started", 1).get("id").getAsString();
  }

  /** All of them: workers, their horses and schedulers, and what jobs started. */
  List<Long> all() throws IOException {
    List<Long> found = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        long pid = Long.parseLong(process.getFileName().toString());
        if (("\0" + read(process.resolve("environ"))).contains(mark) && parent(pid).isPresent()) {
          found.add(pid);
        }
      }
    }
    return found;
  }

  /** Those that are no child of another one: workers and orphans. */
  List<Long> heads() throws IOException {
    List<Long> all = all();
    return all.stream().filter(pid -> !all.contains(parent(pid).orElse(0L))).toList();
  }

  /** Children of one of them. */
  List<Long> childrenOf(long pid) throws IOException {
    return all().stream().filter(child -> parent(child).equals(Optional.of(pid))).toList();
  }

  /** The horse of a worker, once it has one. It leads a process group of its own. */
  long horseOf(long worker) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .until(
            () -> childrenOf(worker).stream().filter(pid -> group(pid) == pid).findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  /** The scheduler of a worker, once it has one. */
  long schedulerOf(long worker) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .until(
            () -> childrenOf(worker).stream().filter(pid -> group(pid) != pid).findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  /** Whether a process is there, and not only waiting to be reaped. */
  static boolean isAlive(long pid) {
    return parent(pid).isPresent();
  }

  static long group(long pid) {
    return statistic(pid, 2).orElse(-1L);
  }

  private static Optional<Long> parent(long pid) {
    return statistic(pid, 1);
  }

  /** A field of {@code /proc/PID/stat}, counted from behind the command's closing parenthesis. */
  private static Optional<Long> statistic(long pid, int field) {
    String stat = read(Path.of("/proc", "" + pid, "stat"));
    if (stat.isEmpty()) {
      return Optional.empty();
    }
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return fields[0].equals("Z") || fields[0].equals("X")
        ? Optional.empty()
        : Optional.of(Long.parseLong(fields[field]));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // gone
    }
  }

  /** Leaves none, however the test went. */
  @Override
  public void close() throws IOException {
    all().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
  }
}
