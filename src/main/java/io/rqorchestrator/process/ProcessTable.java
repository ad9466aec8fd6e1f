package io.rqorchestrator.process;

import io.rqorchestrator.pool.Footprint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Processes as {@code /proc} shows them. A process that vanishes while it is read is left out. */
final class ProcessTable {

  private static final Path PROC = Path.of("/proc");

  /** Fields of {@code /proc/PID/stat} behind the command's closing parenthesis, from 0. */
  private static final int STATE = 0;

  private static final int PARENT = 1;
  private static final int GROUP = 2;
  private static final int SESSION = 3;
  private static final int TERMINAL = 4;
  private static final int FLAGS = 6;
  private static final int START = 19;

  /** Place in the line {@code Uid:} of {@code /proc/PID/status}. */
  private static final int REAL = 1;

  private static final int EFFECTIVE = 2;

  /** The kernel's flag for a process that was forked and has executed no program since. */
  private static final long FORKED_WITHOUT_EXEC = 0x40;

  private ProcessTable() {}

  /**
   * A live process.
   *
   * @param forked whether it still runs the program of the process it was forked from
   * @param terminal device number of the controlling terminal, 0 for none
   * @param start clock ticks from boot to its start: with the pid, its identity, whatever the wall
   *     clock does
   */
  record ProcessEntry(
      long pid, long parent, long group, long session, long terminal, boolean forked, long start) {
    /** Whether it leads its process group. */
    boolean leads() {
      return group == pid;
    }
  }

  /** The process of this pid, unless it has ended or only waits to be reaped. */
  static Optional<ProcessEntry> find(long pid) {
    try {
      String stat = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      if (fields[STATE].equals("Z") || fields[STATE].equals("X")) {
        return Optional.empty();
      }
      return Optional.of(
          new ProcessEntry(
              pid,
              Long.parseLong(fields[PARENT]),
              Long.parseLong(fields[GROUP]),
              Long.parseLong(fields[SESSION]),
              Long.parseLong(fields[TERMINAL]),
              (Long.parseLong(fields[FLAGS]) & FORKED_WITHOUT_EXEC) != 0,
              Long.parseLong(fields[START])));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /** Whether this process is stopped, by SIGSTOP or by a tracer. */
  static boolean isStopped(long pid) {
    String stat = read(PROC.resolve(pid + "/stat"));
    return stat.startsWith("T", stat.lastIndexOf(')') + 2);
  }

  /**
   * The user of a process; empty if it has ended. Also empty for a setuid program, because either
   * of its two users may control it.
   */
  static Optional<Integer> owner(long pid) {
    return read(PROC.resolve(pid + "/status"))
        .lines()
        .filter(line -> line.startsWith("Uid:"))
        .map(line -> line.split("\t", -1))
        .filter(words -> words[REAL].equals(words[EFFECTIVE]))
        .map(words -> Integer.valueOf(words[REAL]))
        .findFirst();
  }

  /**
   * Live processes that had {@code variable=value} in their environment when their program began.
   */
  static List<ProcessEntry> withEnvironment(String variable, String value) {
    String wanted = "\0" + variable + "=" + value + "\0";
    List<ProcessEntry> found = new ArrayList<>();
    try (DirectoryStream<Path> pids = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path directory : pids) {
        if (("\0" + read(directory.resolve("environ")) + "\0").contains(wanted)) {
          find(Long.parseLong(directory.getFileName().toString())).ifPresent(found::add);
        }
      }
    } catch (IOException e) {
      return found;
    }
    return found;
  }

  /** The value of a variable in a process's environment when its program began. */
  static Optional<String> environment(long pid, String variable) {
    return Stream.of(read(PROC.resolve(pid + "/environ")).split("\0", -1))
        .filter(entry -> entry.startsWith(variable + "="))
        .map(entry -> entry.substring(variable.length() + 1))
        .findFirst();
  }

  /** The command line as words separated by NUL, or the title that setproctitle has set. */
  static String commandLine(long pid) {
    return read(PROC.resolve(pid + "/cmdline"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /** Live processes of a process group. */
  static List<ProcessEntry> group(long group) {
    List<ProcessEntry> found = new ArrayList<>();
    try (DirectoryStream<Path> pids = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path directory : pids) {
        find(Long.parseLong(directory.getFileName().toString()))
            .filter(entry -> entry.group() == group)
            .ifPresent(found::add);
      }
    } catch (IOException e) {
      return found;
    }
    return found;
  }

  /** Pids of the descendants of a process, from the kernel's lists of children. */
  static List<Long> descendants(long pid) {
    List<Long> found = new ArrayList<>();
    found.add(pid);
    for (int i = 0; i < found.size(); i++) {
      try (DirectoryStream<Path> tasks =
          Files.newDirectoryStream(PROC.resolve(found.get(i) + "/task"))) {
        for (Path task : tasks) {
          for (String child : read(task.resolve("children")).split(" ", -1)) {
            if (!child.isEmpty()) {
              found.add(Long.parseLong(child));
            }
          }
        }
      } catch (IOException e) {
        // The process has ended, so its children are no descendants any more.
      }
    }
    return found.subList(1, found.size());
  }

  /** The memory of a process, without its children; empty if it cannot be read. */
  static Optional<Footprint> footprint(long pid) {
    long pss = 0;
    long own = 0;
    for (String line : read(PROC.resolve(pid + "/smaps_rollup")).split("\n", -1)) {
      if (line.startsWith("Pss:")) {
        pss = bytes(line);
      } else if (line.startsWith("Private_Dirty:")) {
        own = bytes(line);
      }
    }
    return pss == 0 ? Optional.empty() : Optional.of(new Footprint(pss, own));
  }

  private static long bytes(String line) {
    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
  }
}
