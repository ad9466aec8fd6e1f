package io.rqorchestrator.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A control group that this process is in. It may have limits.
 *
 * @param directory where its files are
 * @param unified whether the group is one of version 2, whose files have other names than those of
 *     version 1
 */
record ControlGroup(Path directory, boolean unified) {

  /**
   * The groups that this process is in, the innermost of each hierarchy first.
   *
   * @param proc where the process file system is
   * @param groups where the control groups are
   * @param controller what is limited, by the kernel's name, such as {@code memory}
   */
  static List<ControlGroup> around(Path proc, Path groups, String controller) {
    List<ControlGroup> found = new ArrayList<>();
    for (String line : lines(proc.resolve("self/cgroup"))) {
      String[] parts = line.split(":", 3);
      if (parts.length == 3 && parts[1].isEmpty()) {
        addAll(groups, parts[2], true, found);
      } else if (parts.length == 3 && List.of(parts[1].split(",")).contains(controller)) {
        addAll(groups.resolve(controller), parts[2], false, found);
      }
    }
    return found;
  }

  /** The group and those around it, up to the root. In a container the path does not exist. */
  private static void addAll(Path root, String path, boolean unified, List<ControlGroup> found) {
    @Nullable Path group = root.resolve(path.replaceFirst("^/+", "")).normalize();
    while (group != null && group.startsWith(root)) {
      found.add(new ControlGroup(group, unified));
      group = group.getParent();
    }
  }

  /** The number in a file of this group; empty if there is none, or {@code max}: no limit. */
  OptionalLong number(String file) {
    return lines(file).stream()
        .filter(line -> line.matches("\\d{1,18}"))
        .mapToLong(Long::parseLong)
        .findFirst();
  }

  /** The lines of a file of this group; none if it cannot be read. */
  List<String> lines(String file) {
    return lines(directory.resolve(file));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }
}
