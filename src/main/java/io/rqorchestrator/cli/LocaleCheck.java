package io.rqorchestrator.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds arguments and variables that Java could not read. Java decodes arguments, environment and
 * names of files in the locale's character set, and puts a question mark for each byte that is not
 * in it: in the C locale the queue {@code bücher} becomes {@code b??cher}, a queue without jobs.
 * The kernel still has the bytes.
 */
final class LocaleCheck {

  /** Variables that we read, beside those with one of the prefixes. */
  private static final Set<String> READ =
      Set.of("PWD", "RUNTIME_DIRECTORY", "VIRTUAL_ENV", "XDG_RUNTIME_DIR");

  private static final List<String> PREFIXES = List.of("RQ_", "REDIS_");

  private static final String REMEDY =
      " cannot be read in this locale: set LC_ALL=C.UTF-8, or start scripts/rq-orchestrator,"
          + " which does";

  private final byte[] commandLine;
  private final byte[] environ;
  private final List<Charset> charsets;

  /**
   * @param commandLine the words of this process, a NUL after each
   * @param environ the environment of this process, in the same form
   * @param charsets the character sets with which Java may have decoded them
   */
  LocaleCheck(byte[] commandLine, byte[] environ, List<Charset> charsets) {
    this.commandLine = commandLine;
    this.environ = environ;
    this.charsets = List.copyOf(charsets);
  }

  /** Of this process. */
  static LocaleCheck ofThisProcess() {
    return new LocaleCheck(
        bytes(Path.of("/proc/self/cmdline")),
        bytes(Path.of("/proc/self/environ")),
        List.of(
            Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")),
            Charset.defaultCharset()));
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      return new byte[0]; // cannot be checked
    }
  }

  /**
   * What could not be read, in one line. The line has no value, because it may be a password.
   *
   * @param args the arguments as Java has read them
   * @param environment the environment as Java has read it
   * @param directory the current directory as Java has read it
   */
  Optional<String> problem(String[] args, Map<String, String> environment, String directory) {
    return argument(args)
        .or(() -> variable(environment))
        .or(() -> isThere(directory) ? Optional.empty() : Optional.of("the current directory"))
        .map(what -> what + REMEDY);
  }

  /** The JVM's own options come first. */
  private Optional<String> argument(String... args) {
    List<byte[]> words = split(commandLine);
    int before = words.size() - args.length;
    for (int i = 0; i < args.length && before >= 0; i++) {
      if (!isRead(words.get(before + i), args[i])) {
        String option =
            args[i].matches("(?s)--[a-z-]+=.*")
                ? " (" + args[i].substring(0, args[i].indexOf('=')) + ")"
                : "";
        return Optional.of("argument " + (i + 1) + option);
      }
    }
    return Optional.empty();
  }

  private Optional<String> variable(Map<String, String> environment) {
    for (byte[] entry : split(environ)) {
      String text = new String(entry, StandardCharsets.ISO_8859_1);
      String name = text.substring(0, Math.max(0, text.indexOf('=')));
      boolean matters = READ.contains(name) || PREFIXES.stream().anyMatch(name::startsWith);
      @Nullable String read = environment.get(name);
      if (matters
          && read != null
          && !isRead(Arrays.copyOfRange(entry, name.length() + 1, entry.length), read)) {
        return Optional.of("the environment variable " + name);
      }
    }
    return Optional.empty();
  }

  private boolean isRead(byte[] written, String read) {
    for (byte octet : written) {
      if (octet < 0) {
        return charsets.stream().anyMatch(set -> Arrays.equals(read.getBytes(set), written));
      }
    }
    return true;
  }

  /** A directory whose name was not decoded properly does not exist under that name. */
  private static boolean isThere(String directory) {
    boolean doubtful = directory.chars().anyMatch(c -> c == '?' || c > 0x7f);
    try {
      return !doubtful || Files.exists(Path.of(directory));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static List<byte[]> split(byte[] words) {
    List<byte[]> all = new ArrayList<>();
    ByteArrayOutputStream word = new ByteArrayOutputStream();
    for (byte octet : words) {
      if (octet == 0) {
        all.add(word.toByteArray());
        word.reset();
      } else {
        word.write(octet);
      }
    }
    return all;
  }
}
