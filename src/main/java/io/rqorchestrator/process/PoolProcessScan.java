package io.rqorchestrator.process;

import io.rqorchestrator.pool.Orphan;
import io.rqorchestrator.pool.Survivor;
import io.rqorchestrator.process.ProcessTable.ProcessEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;

/**
 * The processes of a pool as {@code /proc} shows them: those that have the pool's mark in their
 * environment and belong to its user. The user matters because anyone can put the mark into the
 * environment of a process. Only the pool's own workers may have become another user, as with
 * {@code --worker-command='gosu app rq worker'}, and so may the processes that they leave.
 *
 * <p>A worker that was started by itself executes the worker host. All other processes of interest
 * were forked and have executed no program since: workers from a fork server, horses and schedulers
 * from workers. Each has a mark with its own pid. Only the horses of RQ's SpawnWorker execute a
 * program. All other processes were started by a job and are left alone.
 */
final class PoolProcessScan {

  /** RQ sets it for a job, so a spawned horse has it from its start. */
  private static final String JOB_VARIABLE = "RQ_EXECUTION_ID";

  /** The last words of the program text that SpawnWorker passes to Python. */
  private static final String SPAWNED = "worker.main_work_horse(";

  private final String poolId;
  private final PythonFiles files;
  private final WorkerCommandLine commandLine;
  private final LongFunction<Optional<Integer>> owners;

  /** The pool's own user, and the users that its workers have become. */
  private final Set<Integer> users = ConcurrentHashMap.newKeySet();

  /**
   * @param owners the user of a process, by its pid
   */
  PoolProcessScan(
      String poolId,
      PythonFiles files,
      WorkerCommandLine commandLine,
      LongFunction<Optional<Integer>> owners) {
    this.poolId = poolId;
    this.files = files;
    this.commandLine = commandLine;
    this.owners = owners;
    owners.apply(ProcessHandle.current().pid()).ifPresent(users::add);
  }

  /** All workers. */
  List<Survivor> workers() {
    return marked().stream().map(this::worker).flatMap(Optional::stream).toList();
  }

  /** Pids of all fork servers. */
  List<Long> forkServers() {
    return marked().stream()
        .filter(entry -> !entry.forked())
        .map(ProcessEntry::pid)
        .filter(pid -> files.isForkServer(ProcessTable.commandLine(pid)))
        .toList();
  }

  /**
   * Pids of all processes that this process has started itself, without those that it has adopted
   * from dead parents.
   */
  List<Long> startedBy(long parent) {
    return marked().stream()
        .filter(entry -> entry.parent() == parent && !entry.forked())
        .filter(entry -> !isSpawnedHorse(entry, ProcessTable.commandLine(entry.pid())))
        .map(ProcessEntry::pid)
        .toList();
  }

  /**
   * Horses and schedulers whose workers are dead, and processes that may be one.
   *
   * @param known pids of workers and fork servers: their descendants are not orphans
   */
  List<Orphan> orphans(Set<Long> known) {
    known.forEach(pid -> owners.apply(pid).ifPresent(users::add));
    List<ProcessEntry> marked = marked();
    Set<Long> family = new HashSet<>(known);
    boolean grew = true;
    while (grew) {
      grew = false;
      for (ProcessEntry entry : marked) {
        grew |= family.contains(entry.parent()) && family.add(entry.pid());
      }
    }
    List<Orphan> orphans = new ArrayList<>();
    for (ProcessEntry entry : marked) {
      if (!family.contains(entry.pid())) {
        orphanKind(entry)
            .ifPresent(
                kind -> orphans.add(new Orphan(entry.pid(), entry.start(), kind, workerOf(entry))));
      }
    }
    return orphans;
  }

  private List<ProcessEntry> marked() {
    return ProcessTable.withEnvironment(WorkerCommandLine.POOL_VARIABLE, poolId).stream()
        .filter(entry -> owners.apply(entry.pid()).filter(users::contains).isPresent())
        .toList();
  }

  private Optional<Survivor> worker(ProcessEntry entry) {
    if (entry.forked()) {
      return WorkerMark.of(entry.pid())
          .filter(mark -> mark.pid() == entry.pid())
          .map(mark -> mark.survivor().startedWith(StartedWith.of(entry.pid())));
    }
    String command = ProcessTable.commandLine(entry.pid());
    boolean isWorker =
        files.isWorkerHost(command) || (isTitledByRq(command) && !isSpawnedHorse(entry, command));
    return isWorker
        ? Optional.of(
            commandLine
                .survivor(
                    entry.pid(), List.of(command.split("\0", -1)), WorkerToken.of(entry.pid()))
                .startedWith(StartedWith.of(entry.pid())))
        : Optional.empty();
  }

  /**
   * The kind of orphan; empty for a process that a job started. The worker host marks horses and
   * schedulers. Without marks, a worker or a job may have forked the process.
   */
  private Optional<Orphan.Kind> orphanKind(ProcessEntry entry) {
    String command = ProcessTable.commandLine(entry.pid());
    if (!entry.forked()) {
      return isSpawnedHorse(entry, command) ? Optional.of(Orphan.Kind.HORSE) : Optional.empty();
    }
    Optional<ForkMark> mark = ForkMark.of(entry.pid());
    if (mark.isPresent()) {
      return mark.filter(found -> found.worker() != entry.parent())
          .flatMap(found -> found.kindOf(entry.pid()));
    }
    boolean isPython =
        files.isWorkerHost(command) || files.isForkServer(command) || isTitledByRq(command);
    boolean mayBeOne = isPython && (entry.leads() || entry.group() == entry.session());
    return mayBeOne && worker(entry).isEmpty()
        ? Optional.of(Orphan.Kind.UNKNOWN)
        : Optional.empty();
  }

  /** Whether this process is a horse of RQ's SpawnWorker. */
  static boolean isSpawnedHorse(long pid) {
    return ProcessTable.find(pid)
        .filter(entry -> isSpawnedHorse(entry, ProcessTable.commandLine(pid)))
        .isPresent();
  }

  /**
   * A horse whose title was set leads a process group, which tells it from a process that a job has
   * started with {@code rq worker}.
   */
  private static boolean isSpawnedHorse(ProcessEntry entry, String command) {
    return (command.contains(SPAWNED) || (isTitledByRq(command) && entry.leads()))
        && ProcessTable.environment(entry.pid(), JOB_VARIABLE).isPresent();
  }

  private static String workerOf(ProcessEntry fork) {
    return WorkerMark.of(fork.pid())
        .map(WorkerMark::rqName)
        .or(() -> ProcessTable.environment(fork.pid(), WorkerCommandLine.WORKER_VARIABLE))
        .orElse("");
  }

  private static boolean isTitledByRq(String command) {
    return command.startsWith("rq:");
  }
}
