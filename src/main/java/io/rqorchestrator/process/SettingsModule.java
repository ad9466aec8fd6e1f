package io.rqorchestrator.process;

import io.rqorchestrator.time.DurationText;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The settings in the Python module that {@code RQ_CONFIG} names. The Python of the workers imports
 * it. The values come back through a pipe, because one may be a password.
 *
 * @param values its values about Redis, by name, as text
 * @param queues its {@code QUEUES}; empty if it has none
 */
public record SettingsModule(Map<String, String> values, List<String> queues) {

  /** The module cannot be used. */
  public static final class UnusableSettingsException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableSettingsException(String message) {
      super(message);
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int LONGEST_OUTPUT = 256 << 10;
  private static final String MARK = "rq-orchestrator reads: ";
  private static final String FAILED = "failed";
  private static final String QUEUES = "QUEUES";
  private static final String END = "end";

  /**
   * Imports the module from where {@code rq worker} does. The message of an error is reported only
   * if it quotes no value.
   */
  private static final String QUESTION =
      """
      import importlib, os, sys
      from urllib.parse import quote
      def say(name, *values):
          words = [quote(value, safe="", errors="replace") for value in (name,) + values]
          print("\\n%s" + " ".join(words))
      sys.path.extend(sys.argv[1:] or ["."])
      try:
          module = importlib.import_module(os.environ["RQ_CONFIG"])
      except BaseException as e:
          tells = isinstance(e, (ImportError, KeyError, NameError, SyntaxError))
          say("failed", type(e).__name__ + (": " + str(e) if tells else ""))
          sys.exit(0)
      settings = vars(module)
      for name in sorted(settings):
          value = settings[name]
          if name == "REDIS_SSL" and not isinstance(value, str):
              value = bool(value)
          if value is not None and (name == "SENTINEL" or name.startswith("REDIS_")):
              say(name, "" if name == "SENTINEL" else str(value))
      queues = settings.get("QUEUES")
      if isinstance(queues, (list, tuple, set, frozenset)) and queues:
          say("QUEUES", *[str(queue) for queue in queues])
      elif queues is not None:
          say("failed", "QUEUES must be a list of names, of one at least")
      say("end")
      """
          .formatted(MARK);

  /** Keeps copies. */
  public SettingsModule {
    values = Map.copyOf(values);
    queues = List.copyOf(queues);
  }

  /** Without the values, because one of them may be a password. */
  @Override
  public String toString() {
    return "SettingsModule" + values.keySet();
  }

  /**
   * Reads the module that {@code RQ_CONFIG} names.
   *
   * @param environment that of the workers
   * @param directory the workers' working directory, part of Python's path
   * @param paths further directories of the path, in place of {@code .}: RQ's {@code --path}
   * @throws UnusableException if the module cannot be imported, or has no settings of RQ
   */
  public static SettingsModule read(
      Map<String, String> environment, String python, Path directory, List<String> paths)
      throws UnusableSettingsException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(python, "-c", QUESTION));
    command.addAll(paths);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectInput(Redirect.from(new File("/dev/null")))
            .redirectError(Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UnusableSettingsException(
          "cannot be read: --python (%s) cannot be run".formatted(python));
    }
    CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> outputOf(process));
    try {
      return parsed(output.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException | ExecutionException e) {
      throw new UnusableSettingsException(
          "cannot be read: its import does not end within " + DurationText.of(PATIENCE));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static String outputOf(Process process) {
    try (InputStream in = process.getInputStream()) {
      return new String(in.readNBytes(LONGEST_OUTPUT), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private static SettingsModule parsed(String output) throws UnusableSettingsException {
    Map<String, String> values = new LinkedHashMap<>();
    List<String> queues = new ArrayList<>();
    boolean complete = false;
    for (String line : output.lines().filter(said -> said.startsWith(MARK)).toList()) {
      List<String> words = new ArrayList<>();
      for (String word : line.substring(MARK.length()).split(" ", -1)) {
        words.add(URLDecoder.decode(word, StandardCharsets.UTF_8));
      }
      complete |= words.get(0).equals(END);
      if (words.get(0).equals(FAILED)) {
        throw new UnusableSettingsException("cannot be used: " + words.get(1));
      } else if (words.get(0).equals(QUEUES)) {
        queues.addAll(words.subList(1, words.size()));
      } else if (words.size() == 2) {
        values.put(words.get(0), words.get(1));
      }
    }
    if (!complete) {
      throw new UnusableSettingsException(
          "cannot be read: it ends Python, or prints without an end");
    }
    return new SettingsModule(values, queues);
  }
}
