package io.rqorchestrator.process;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The options that a worker was started with, as far as they decide what the worker does. They tell
 * whether a worker of an earlier daemon differs from a worker that would be started now.
 *
 * <p>They are in the environment of the worker and in the state file. Values that may contain a
 * password are hashed. Files have their real path, so that the spelling of an option does not
 * matter, but the target of a symbolic link does. The rest of the environment is not compared,
 * because it depends on how the daemon is started.
 *
 * @param parts the options by name; those that are missing are not known
 */
record StartedWith(SortedMap<String, String> parts) {

  /** In the environment of a worker: {@link #text}. */
  static final String VARIABLE = "RQ_ORCHESTRATOR_STARTED_WITH";

  /** Variables that RQ or Django reads in place of an option. */
  private static final List<String> SETTINGS =
      List.of(
          "DJANGO_SETTINGS_MODULE",
          "RQ_CONFIG",
          "RQ_CONNECTION_CLASS",
          "RQ_JOB_CLASS",
          "RQ_QUEUE_CLASS",
          "RQ_WORKER_CLASS");

  private static final String QUEUES = "queues";
  private static final String PYTHON = "python";
  private static final String DIRECTORY = "directory";
  private static final String PRELOAD = "preload";
  private static final String ENTRY = "entry";
  private static final String ARGUMENTS = "arguments";
  private static final String REDIS = "redis";
  private static final String SCHEDULER = "scheduler";
  private static final String YES = "yes";
  private static final String NO = "no";

  /** The longest text that is shown of one value. */
  private static final int LONGEST = 200;

  /** Keeps a copy. */
  StartedWith {
    parts = Collections.unmodifiableSortedMap(new TreeMap<>(parts));
  }

  /**
   * The options that a worker would be started with now.
   *
   * @param environment the daemon's
   */
  static StartedWith of(LaunchSettings settings, Map<String, String> environment) {
    SortedMap<String, String> parts = new TreeMap<>();
    parts.put(QUEUES, String.join(",", settings.queues()));
    parts.put(DIRECTORY, real(settings.directory()).toString());
    if (settings.program().hosted()) {
      parts.put(PYTHON, program(settings.python(), settings.directory(), environment));
    }
    parts.put(PRELOAD, String.join(",", settings.preload().modules()));
    parts.put(
        ENTRY,
        hash(settings.program().hosted() + "\0" + String.join("\0", settings.program().words())));
    parts.put(ARGUMENTS, hash(String.join("\0", settings.program().rqArguments())));
    parts.put(REDIS, hash(settings.redisUrl()));
    for (String variable : SETTINGS) {
      parts.put(variable, hash(environment.getOrDefault(variable, "")));
    }
    return new StartedWith(parts);
  }

  /** The same, for a worker with or without RQ's scheduler. */
  StartedWith withScheduler(boolean scheduler) {
    SortedMap<String, String> more = new TreeMap<>(parts);
    more.put(SCHEDULER, scheduler ? YES : NO);
    return new StartedWith(more);
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path.toAbsolutePath().normalize(); // it does not exist
    }
  }

  /**
   * The path of a program. The last name is kept even if it is a link, because the link makes it
   * the Python of a venv.
   */
  private static String program(String name, Path directory, Map<String, String> environment) {
    List<Path> places = new ArrayList<>();
    if (name.contains("/")) {
      places.add(directory.resolve(name));
    } else {
      for (String place : environment.getOrDefault("PATH", "").split(":", -1)) {
        places.add(directory.resolve(place).resolve(name));
      }
    }
    return places.stream()
        .filter(Files::isExecutable)
        .findFirst()
        .map(found -> real(found.resolveSibling("")).resolve(found.getFileName()).toString())
        .orElse(name);
  }

  private static String hash(String text) {
    if (text.isEmpty()) {
      return "";
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** The text form: ASCII, without blanks. */
  String text() {
    return parts.entrySet().stream()
        .map(part -> encoded(part.getKey()) + "=" + encoded(part.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Reads the text form; empty if the text is malformed. */
  static Optional<StartedWith> parse(String text) {
    SortedMap<String, String> parts = new TreeMap<>();
    try {
      for (String part : text.split("&", -1)) {
        int equals = part.indexOf('=');
        if (equals <= 0) {
          return Optional.empty();
        }
        parts.put(
            URLDecoder.decode(part.substring(0, equals), StandardCharsets.UTF_8),
            URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
      }
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    return Optional.of(new StartedWith(parts));
  }

  /** The text in the environment of a process; an empty string if there is none. */
  static String of(long pid) {
    return ProcessTable.environment(pid, VARIABLE).orElse("");
  }

  /**
   * How a worker that is started now would differ, in one line; empty if it would not, as far as
   * both are known.
   */
  Optional<String> differences(StartedWith today) {
    List<String> differences = new ArrayList<>();
    today.parts.forEach(
        (part, now) -> {
          String then = parts.get(part);
          if (then != null && !then.equals(now)) {
            differences.add(difference(part, shown(then), shown(now)));
          }
        });
    return differences.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", differences));
  }

  private static String difference(String part, String then, String now) {
    return switch (part) {
      case QUEUES -> "it serves queues %s, the pool now serves %s".formatted(then, now);
      case PYTHON -> "its Python is %s, the pool's is now %s".formatted(then, now);
      case DIRECTORY -> "it works in %s, the pool now works in %s".formatted(then, now);
      case PRELOAD -> "it was forked with %s, the pool now preloads %s".formatted(then, now);
      case ENTRY -> "its --worker-entry or --worker-command is another";
      case ARGUMENTS -> "its arguments for rq worker are others";
      case REDIS -> "its Redis URL is another";
      case SCHEDULER ->
          now.equals(YES)
              ? "it was started without RQ's scheduler, and is now to run it"
              : "it was started with RQ's scheduler, and the pool now runs none";
      default -> part + " is another";
    };
  }

  private static String shown(String text) {
    String some = text.isEmpty() ? "nothing" : text;
    return some.length() <= LONGEST ? some : some.substring(0, LONGEST) + "...";
  }
}
