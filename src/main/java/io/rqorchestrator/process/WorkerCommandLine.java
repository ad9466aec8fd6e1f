package io.rqorchestrator.process;

import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.Survivor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The command line and environment of a worker. */
public final class WorkerCommandLine {

  /** In the environment of every process of a pool: the pool's id. */
  static final String POOL_VARIABLE = "RQ_ORCHESTRATOR_POOL";

  /** In the environment of a worker and its forks: RQ's name of the worker. */
  static final String WORKER_VARIABLE = "RQ_ORCHESTRATOR_WORKER";

  /** In the environment of a worker: the pool's name, which its host publishes for other pools. */
  static final String NAME_VARIABLE = "RQ_ORCHESTRATOR_POOL_NAME";

  private static final String OPTION_PREFIX = "RQ_ORCHESTRATOR_";

  private final LaunchSettings settings;

  /**
   * @param settings how workers are spawned
   */
  public WorkerCommandLine(LaunchSettings settings) {
    this.settings = settings;
  }

  /**
   * The words of the command.
   *
   * @param host the worker host's file
   * @param name the worker's name
   */
  public List<String> words(Path host, String name, boolean withScheduler) {
    List<String> words = new ArrayList<>();
    if (settings.program().hosted()) {
      words.add(settings.python());
      words.add(host.toString());
    } else {
      // A separate session keeps Ctrl-C of the terminal away. The worker host makes one itself.
      words.add("setsid");
    }
    words.addAll(entry(name, withScheduler));
    return words;
  }

  /**
   * The words that start a fork server.
   *
   * @param server its file
   * @param socket where the daemon listens for it
   */
  public List<String> forkServer(Path server, Path socket) {
    List<String> words = new ArrayList<>();
    words.add(settings.python());
    words.add(server.toString());
    words.add(socket.toString());
    words.add(String.join(",", settings.preload().modules()));
    boolean isModule = settings.program().words().get(0).equals("-m");
    words.addAll(settings.program().words().subList(0, isModule ? 2 : 1));
    return words;
  }

  /** The words of the command without those that start the worker host. */
  List<String> entry(String name, boolean withScheduler) {
    List<String> words = new ArrayList<>();
    String queues = String.join(",", settings.queues());
    for (String word : settings.program().words()) {
      words.add(word.replace("{queues}", queues));
    }
    if (settings.program().takesRqOptions()) {
      words.add("--name");
      words.add(name);
      if (withScheduler) {
        words.add("--with-scheduler");
      }
    }
    words.addAll(settings.program().rqArguments());
    if (settings.program().appendsQueues()) {
      words.addAll(settings.queues());
    }
    return words;
  }

  /**
   * A worker of this pool, as far as its command line shows.
   *
   * @param words the command line, or RQ's title for the process in its place
   * @param token the worker's, or an empty string
   */
  Survivor survivor(long pid, List<String> words, String token) {
    int name = words.lastIndexOf("--name");
    boolean named = settings.program().takesRqOptions() && name >= 0 && name + 1 < words.size();
    return new Survivor(
        pid,
        named ? words.get(name + 1) : "",
        words.contains("--with-scheduler") ? Role.CORE : Role.ELASTIC,
        settings.program().hosted(),
        token);
  }

  /** What is added to the daemon's own environment; the values may hold a password. */
  public Map<String, String> additions() {
    Map<String, String> additions = new TreeMap<>();
    additions.put("RQ_REDIS_URL", settings.redisUrl());
    additions.put(POOL_VARIABLE, settings.pool().id());
    additions.put(NAME_VARIABLE, settings.pool().name());
    // Otherwise setproctitle overwrites the environment that /proc shows, and so the mark.
    additions.put("SPT_NOENV", "1");
    return additions;
  }

  /** Turns the daemon's environment into that of a fork server. */
  void applyToForkServer(Map<String, String> environment) {
    apply(environment, "", "");
    environment.put(
        WorkerMark.VARIABLE, WorkerMark.room(settings.pool().workerPrefix().length() + 32));
  }

  /**
   * Turns the daemon's environment into that of a worker.
   *
   * @param rqName RQ's name of the worker, or an empty string if that is not known
   * @param token the worker's, or an empty string
   */
  void apply(Map<String, String> environment, String rqName, String token) {
    environment.keySet().removeIf(WorkerCommandLine::isOurs);
    environment.putAll(additions());
    if (settings.program().hosted()) {
      environment.put(ForkMark.VARIABLE, ForkMark.ROOM);
    }
    if (!rqName.isEmpty()) {
      environment.put(WORKER_VARIABLE, rqName);
    }
    if (!token.isEmpty()) {
      environment.put(WorkerToken.VARIABLE, token);
    }
  }

  /**
   * Whether a variable is an option of the daemon, or systemd's channel to it. Workers do not get
   * these.
   */
  private static boolean isOurs(String variable) {
    return variable.startsWith(OPTION_PREFIX)
        || variable.equals("NOTIFY_SOCKET")
        || variable.startsWith("WATCHDOG_");
  }
}
