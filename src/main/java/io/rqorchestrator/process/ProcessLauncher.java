package io.rqorchestrator.process;

import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.Stray;
import io.rqorchestrator.pool.Survivor;
import io.rqorchestrator.pool.WorkerHandle;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.pool.WorkerProcesses;
import io.rqorchestrator.process.PoolStateFile.Recorded;
import io.rqorchestrator.process.ProcessTable.Entry;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spawns workers as processes of their own, and finds those of an earlier daemon. Their output goes
 * wherever the daemon's goes.
 */
public final class ProcessLauncher implements WorkerProcesses {

  /** Told of the end of a worker process, from another thread. */
  @FunctionalInterface
  public interface ExitListener {

    /**
     * A worker process has ended.
     *
     * @param exitCode its exit code, 128 + signal if a signal ended it; -1 if an earlier daemon
     *     spawned it and nobody knows
     */
    void exited(WorkerId worker, int exitCode);
  }

  private static final Logger LOG = LoggerFactory.getLogger(ProcessLauncher.class);
  private static final Redirect NO_INPUT = Redirect.from(new File("/dev/null"));
  private static final int UNKNOWN = -1;

  private final LaunchSettings settings;
  private final WorkerCommandLine commandLine;
  private final WorkerHostFile hostFile;
  private final PoolStateFile state;
  private final ExitListener exits;
  private final List<String> casualties = new ArrayList<>();

  /**
   * @param hostFile where the worker host is kept
   * @param stateDirectory where the record of the pool's processes is kept: the lock's place
   */
  public ProcessLauncher(
      LaunchSettings settings, WorkerHostFile hostFile, Path stateDirectory, ExitListener exits) {
    this.settings = settings;
    this.commandLine = new WorkerCommandLine(settings);
    this.hostFile = hostFile;
    this.state = new PoolStateFile(stateDirectory, settings.poolId());
    this.exits = exits;
  }

  @Override
  public WorkerHandle launch(WorkerId id, Role role, boolean withScheduler) throws LaunchException {
    // RQ refuses a name that an earlier worker left behind, so none is ever used twice.
    String unique = UUID.randomUUID().toString().substring(0, 8);
    String name = settings.namePrefix() + "-" + id + "-" + unique;
    try {
      Path host = hostFile.unpacked();
      ProcessBuilder builder =
          new ProcessBuilder(commandLine.words(host, name, withScheduler))
              .directory(settings.directory().toFile())
              .redirectInput(NO_INPUT)
              .redirectOutput(Redirect.INHERIT)
              .redirectError(Redirect.INHERIT);
      String rqName = settings.takesRqOptions() ? name : "";
      commandLine.apply(builder.environment(), rqName);
      Process process = builder.start();
      record(new Survivor(process.pid(), rqName, role, settings.hosted()));
      CompletableFuture<Void> unused =
          process.onExit().thenAccept(ended -> gone(id, ended.pid(), ended.exitValue()));
      return new WorkerProcess(process.toHandle(), rqName, settings.hosted());
    } catch (IOException e) {
      throw new LaunchException(String.valueOf(e.getMessage()));
    }
  }

  private void record(Survivor worker) {
    long start = ProcessTable.find(worker.pid()).map(Entry::start).orElse(0L);
    try {
      state.add(
          new Recorded(worker.pid(), start, worker.rqName(), worker.role(), worker.lossFree()));
    } catch (IOException e) {
      LOG.warn("state file cannot be written, a next daemon may not find all workers: {}", "" + e);
    }
  }

  private void gone(WorkerId id, long pid, int exitCode) {
    forget(pid);
    exits.exited(id, exitCode);
  }

  private void forget(long pid) {
    try {
      state.remove(pid);
    } catch (IOException e) {
      LOG.warn("state file cannot be written: {}", "" + e);
    }
  }

  /** A pid that was re-used has another start time. */
  @Override
  public List<Survivor> survivors() {
    Map<Long, Survivor> alive = new TreeMap<>();
    for (Recorded worker : state.read()) {
      Optional<Entry> entry = ProcessTable.find(worker.pid());
      if (entry.filter(process -> process.start() == worker.start()).isPresent()) {
        alive.put(
            worker.pid(),
            new Survivor(worker.pid(), worker.rqName(), worker.role(), worker.lossFree()));
      } else {
        forget(worker.pid());
        casualties.add(worker.rqName());
      }
    }
    // The record may be lost, or the daemon died before it wrote it.
    for (Entry entry : marked()) {
      if (!entry.forked() && isInHost(entry.pid())) {
        alive.putIfAbsent(entry.pid(), commandLine.survivor(entry.pid(), words(entry.pid())));
      }
    }
    return List.copyOf(alive.values());
  }

  @Override
  public List<String> casualties() {
    return casualties.stream().filter(name -> !name.isEmpty()).toList();
  }

  private List<Entry> marked() {
    return ProcessTable.withEnvironment(WorkerCommandLine.POOL_VARIABLE, settings.poolId());
  }

  private static List<String> words(long pid) {
    return List.of(ProcessTable.commandLine(pid).split("\0", -1));
  }

  @Override
  public WorkerHandle adopt(WorkerId id, Survivor survivor) {
    record(survivor);
    ProcessHandle process = ProcessHandle.of(survivor.pid()).orElse(null);
    if (process == null) {
      gone(id, survivor.pid(), UNKNOWN);
      return new Vanished(survivor);
    }
    CompletableFuture<Void> unused =
        process.onExit().thenAccept(ended -> gone(id, ended.pid(), UNKNOWN));
    return new WorkerProcess(process, survivor.rqName(), survivor.lossFree());
  }

  /** A survivor that died between being found and being taken over. */
  private record Vanished(Survivor survivor) implements WorkerHandle {
    @Override
    public long pid() {
      return survivor.pid();
    }

    @Override
    public String rqName() {
      return survivor.rqName();
    }

    @Override
    public boolean lossFree() {
      return survivor.lossFree();
    }

    @Override
    public boolean owns(long pid) {
      return false;
    }

    @Override
    public void terminate() {}

    @Override
    public void kill() {}
  }

  /**
   * Horses and schedulers are forks of a worker: the same program with the same mark. A horse leads
   * a process group of its own in every version of RQ. What a job has executed as another program
   * is the job's business and is left alone.
   */
  @Override
  public List<Stray> strays(Set<Long> workers) {
    List<Entry> marked = marked();
    Set<Long> kin = new HashSet<>(workers);
    boolean grew = true;
    while (grew) {
      grew = false;
      for (Entry entry : marked) {
        grew |= kin.contains(entry.parent()) && kin.add(entry.pid());
      }
    }
    List<Stray> strays = new ArrayList<>();
    for (Entry entry : marked) {
      if (!kin.contains(entry.pid()) && entry.forked() && isInHost(entry.pid())) {
        String worker =
            ProcessTable.environment(entry.pid(), WorkerCommandLine.WORKER_VARIABLE).orElse("");
        strays.add(new Stray(entry.pid(), entry.start(), entry.group() == entry.pid(), worker));
      }
    }
    return strays;
  }

  /** Whether it runs our worker host, or bears a title that RQ gave it. */
  private boolean isInHost(long pid) {
    String command = ProcessTable.commandLine(pid);
    return command.startsWith("rq:") || command.contains(hostFile.name());
  }

  @Override
  public void end(Stray stray, boolean kill) {
    if (ProcessTable.find(stray.pid()).filter(e -> e.start() == stray.start()).isEmpty()) {
      return;
    }
    ProcessHandle.of(stray.pid())
        .ifPresent(
            process -> {
              boolean unused = kill ? process.destroyForcibly() : process.destroy();
            });
  }

  @Override
  public OptionalLong overhead() {
    return ProcessTable.proportionalSetSize(ProcessHandle.current().pid());
  }

  @Override
  public OptionalLong memory(long pid) {
    OptionalLong own = ProcessTable.proportionalSetSize(pid);
    if (own.isEmpty()) {
      return own;
    }
    long children =
        ProcessTable.descendants(pid).stream()
            .mapToLong(child -> ProcessTable.proportionalSetSize(child).orElse(0))
            .sum();
    return OptionalLong.of(own.getAsLong() + children);
  }
}
