package io.rqorchestrator.it;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import io.rqorchestrator.config.Words;
import io.rqorchestrator.process.RuntimeDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** The program as users run it: the jar in a process of its own, its events read from its log. */
final class Daemon implements AutoCloseable {

  private static final int KILLED = 128 + 9;

  private static final Set<Daemon> OPEN = ConcurrentHashMap.newKeySet();

  static {
    // Many tests share few cores, so events may come late.
    Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
    // Interrupted tests leave no daemons behind.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(Daemon::close)));
  }

  private static final Path JAR = Path.of("target", "rq-orchestrator.jar").toAbsolutePath();

  private final Process process;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final List<JsonObject> events = new CopyOnWriteArrayList<>();
  private final List<ProcessHandle> workers = new CopyOnWriteArrayList<>();
  private final Thread reader = new Thread(this::readLog, "daemon log");

  private Daemon(Process process) {
    this.process = process;
    OPEN.add(this);
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * A pool of its own on this Redis with the test's Python and jobs, and each sample logged. The
   * property {@code rq.pool.options} has options for every pool, such as {@code --preload=rq}.
   */
  static Daemon start(TestRedis redis, String... options) throws IOException {
    return run(List.of(), Map.of("RQ_REDIS_URL", redis.url()), withDefaults(options));
  }

  /** The same as under systemd: in a session of its own, without a terminal. */
  static Daemon startDetached(TestRedis redis, String... options) throws IOException {
    return runDetached(Map.of("RQ_REDIS_URL", redis.url()), withDefaults(options));
  }

  /** The same run by another program, such as one that sets a limit. */
  static Daemon startBy(List<String> wrapper, TestRedis redis, String... options)
      throws IOException {
    return run(wrapper, Map.of("RQ_REDIS_URL", redis.url()), withDefaults(options));
  }

  /** The same in a terminal; {@link #pid()} is the terminal, and killing it closes it. */
  static Daemon startInTerminal(TestRedis redis, String... options) throws IOException {
    List<String> terminal =
        List.of(RqPython.path(), RqPython.JOBS.resolve("terminal.py").toString());
    return run(terminal, Map.of("RQ_REDIS_URL", redis.url()), withDefaults(options));
  }

  private static String[] withDefaults(String... options) {
    List<String> all = new ArrayList<>();
    all.addAll(List.of("--python", RqPython.path(), "--directory", RqPython.JOBS.toString()));
    all.addAll(List.of("--log-format", "json", "--log-level", "debug"));
    if (Stream.of(options).noneMatch(option -> option.startsWith("--worker-command"))) {
      all.addAll(poolOptions());
    }
    all.addAll(List.of(options));
    if (all.stream().noneMatch(option -> option.startsWith("--name="))) {
      all.add(0, ownName());
    }
    return all.toArray(new String[0]);
  }

  /** The options for every pool. */
  static List<String> poolOptions() {
    return Words.split(System.getProperty("rq.pool.options", ""));
  }

  /** The option that gives a pool a unique name. */
  static String ownName() {
    return "--name=it-" + UUID.randomUUID();
  }

  /** The bare program. */
  static Daemon run(Map<String, String> environment, String... options) throws IOException {
    return run(List.of(), environment, options);
  }

  /** The bare program in a session of its own. */
  static Daemon runDetached(Map<String, String> environment, String... options) throws IOException {
    return run(List.of("setsid"), environment, options);
  }

  private static Daemon run(
      List<String> wrapper, Map<String, String> environment, String... options) throws IOException {
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-jar", JAR.toString(), "worker-pool"));
    command.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("RQ_"));
    builder.environment().putAll(environment);
    return new Daemon(builder.start());
  }

  private void readLog() {
    try (BufferedReader in = process.inputReader()) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.add(line);
        if (line.startsWith("{\"time\"")) {
          note(JsonParser.parseString(line).getAsJsonObject());
        }
      }
    } catch (IOException | JsonSyntaxException e) {
      lines.add("(log ends: " + e + ")");
    }
  }

  private void note(JsonObject event) {
    events.add(event);
    if (event.has("event") && event.get("event").getAsString().equals("worker_started")) {
      ProcessHandle.of(event.get("pid").getAsLong()).ifPresent(workers::add);
    }
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** All that it and its workers printed. */
  String output() {
    return String.join("\n", lines);
  }

  /** All events, oldest first. */
  Stream<JsonObject> events() {
    return events.stream();
  }

  Stream<JsonObject> events(String kind) {
    return events.stream()
        .filter(event -> event.has("event") && event.get("event").getAsString().equals(kind));
  }

  List<String> messages(String kind) {
    return events(kind).map(event -> event.get("message").getAsString()).toList();
  }

  /** Waits for the {@code count}-th event of a kind that fits. */
  JsonObject await(String kind, int count, Predicate<JsonObject> fits) {
    try {
      Awaitility.await()
          .atMost(Duration.ofSeconds(90))
          .pollInterval(Duration.ofMillis(50))
          .until(() -> events(kind).filter(fits).count() >= count || !process.isAlive());
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("no " + count + " events " + kind + " in:\n" + output(), e);
    }
    return events(kind)
        .filter(fits)
        .skip(count - 1L)
        .findFirst()
        .orElseThrow(() -> new AssertionError("ended without " + kind + ":\n" + output()));
  }

  JsonObject await(String kind, int count) {
    return await(kind, count, event -> true);
  }

  /** Waits for a sample with this many busy workers. */
  JsonObject awaitBusy(int workers) {
    return await("measured", 1, event -> event.get("busy").getAsInt() == workers);
  }

  /** Waits until a first worker is ready; its process id. */
  long awaitFirstWorker() {
    await("worker_ready", 1);
    return workerPids().get(0);
  }

  /** When an event happened. */
  static Instant time(JsonObject event) {
    return Instant.parse(event.get("time").getAsString());
  }

  /** Process ids of workers that were started and have not gone. */
  List<Long> workerPids() {
    List<Long> pids =
        new ArrayList<>(
            events("worker_started").map(event -> event.get("pid").getAsLong()).toList());
    events("worker_gone").forEach(event -> pids.remove(event.get("pid").getAsLong()));
    return pids;
  }

  void signal(String name) throws IOException, InterruptedException {
    Signal.send(name, process.pid());
  }

  /** Waits for its end. */
  int exitCode(Duration patience) throws InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("still running after " + patience + ":\n" + output());
    }
    // Workers outlive a daemon that was killed, and hold its output open.
    reader.join(process.exitValue() == KILLED ? 2000 : 20_000);
    return process.exitValue();
  }

  /** Sends SIGTERM and waits for the end; the exit code. */
  int stop() throws IOException, InterruptedException {
    signal("TERM");
    return exitCode(Duration.ofSeconds(60));
  }

  @Override
  public void close() {
    List<ProcessHandle> descendants = process.descendants().toList();
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
    workers.forEach(ProcessHandle::destroyForcibly);
    OPEN.remove(this);
    events("pool_started").map(event -> event.get("id").getAsString()).forEach(Daemon::forget);
  }

  /** Removes lock, state and helper files, which a daemon leaves for the next one. */
  static void forget(String poolId) {
    try (Stream<Path> files = Files.list(RuntimeDirectory.ofUser())) {
      for (Path file : files.toList()) {
        if (file.getFileName().toString().startsWith(poolId)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
