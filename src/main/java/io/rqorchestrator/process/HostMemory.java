package io.rqorchestrator.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * How much memory is available to this process, in bytes: the host's {@code MemAvailable}, or less
 * if a control group of this process has a limit. Page cache of a group that can be dropped counts
 * as free, as it does on the host.
 */
final class HostMemory {

  private final Path proc;
  private final Path groups;

  /**
   * @param proc where the process file system is
   * @param groups where the control groups are
   */
  HostMemory(Path proc, Path groups) {
    this.proc = proc;
    this.groups = groups;
  }

  static HostMemory ofThisProcess() {
    return new HostMemory(Path.of("/proc"), Path.of("/sys/fs/cgroup"));
  }

  /** Empty if nothing can be read. */
  OptionalLong available() {
    List<Long> limits = new ArrayList<>();
    for (String line : lines(proc.resolve("meminfo"))) {
      if (line.startsWith("MemAvailable:")) {
        limits.add(Long.parseLong(line.replaceAll("\\D", "")) << 10);
      }
    }
    for (ControlGroup group : ControlGroup.around(proc, groups, "memory")) {
      if (group.unified()) {
        add(group, "memory.max", "memory.current", "inactive_file", limits);
      } else {
        add(group, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file", limits);
      }
    }
    return limits.stream().mapToLong(Long::longValue).min();
  }

  /** What is left within the limit of a group, if it has one. */
  private static void add(
      ControlGroup group, String limit, String usage, String cache, List<Long> limits) {
    OptionalLong most = group.number(limit);
    OptionalLong used = group.number(usage);
    if (most.isPresent() && used.isPresent()) {
      long droppable =
          group.lines("memory.stat").stream()
              .map(line -> line.split(" ", 2))
              .filter(entry -> entry[0].equals(cache))
              .mapToLong(entry -> Long.parseLong(entry[1].strip()))
              .sum();
      limits.add(Math.max(0, most.getAsLong() - used.getAsLong() + droppable));
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }
}
