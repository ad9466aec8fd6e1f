package io.rqorchestrator.process;

import io.rqorchestrator.pool.Stray;
import io.rqorchestrator.pool.Survivor;
import io.rqorchestrator.process.ProcessTable.Entry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;

/**
 * The processes of a pool as {@code /proc} shows them, whatever started them: those that carry the
 * pool's mark in their environment and belong to its user. Anybody can put the mark into the
 * environment of a process of his own. Only the pool's own workers may have become another user's,
 * as those of {@code --worker-command='gosu app rq worker'} do, and what they leave behind with
 * them.
 *
 * <p>A worker that was started on its own executes the worker host. Everything else that matters
 * was forked and has executed nothing since: from a fork server, workers, which say so by a mark
 * with their own pid; from workers, their horses and schedulers. Only the horses of RQ's
 * SpawnWorker are programs of their own. What else a job has executed is the job's business.
 */
final class PoolKin {

  /** RQ sets it for a job: a horse that was spawned has it from its first moment on. */
  private static final String JOB_VARIABLE = "RQ_EXECUTION_ID";

  /** Ends the program that SpawnWorker hands to the Python it spawns. */
  private static final String SPAWNED = "worker.main_work_horse(";

  /**
   * Who is there.
   *
   * @param pids of all processes of the pool
   * @param workers RQ's names of its workers
   */
  private record Living(Set<Long> pids, Set<String> workers) {}

  private final String poolId;
  private final PythonFiles files;
  private final WorkerCommandLine commandLine;
  private final EndedWorkers ended;
  private final LongFunction<Optional<Integer>> owners;

  /** The pool's own user, and those that its workers have become. */
  private final Set<Integer> users = ConcurrentHashMap.newKeySet();

  /**
   * @param owners the user of a process, by its pid
   */
  PoolKin(
      String poolId,
      PythonFiles files,
      WorkerCommandLine commandLine,
      EndedWorkers ended,
      LongFunction<Optional<Integer>> owners) {
    this.poolId = poolId;
    this.files = files;
    this.commandLine = commandLine;
    this.ended = ended;
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
        .map(Entry::pid)
        .filter(pid -> files.isForkServer(ProcessTable.commandLine(pid)))
        .toList();
  }

  /** Pids of all that a process has started itself, as opposed to orphans that it came to have. */
  List<Long> startedBy(long parent) {
    return marked().stream()
        .filter(entry -> entry.parent() == parent && !entry.forked())
        .map(Entry::pid)
        .filter(pid -> !isSpawnedHorse(pid, ProcessTable.commandLine(pid)))
        .toList();
  }

  /**
   * Horses and schedulers whose workers are dead.
   *
   * @param known pids of workers and fork servers: what descends from them is in good hands
   */
  List<Stray> strays(Set<Long> known) {
    Set<Long> dead = ended.pids(); // before what they left is looked for
    known.forEach(pid -> owners.apply(pid).ifPresent(users::add));
    List<Entry> marked = marked();
    Set<Long> kin = new HashSet<>(known);
    boolean grew = true;
    while (grew) {
      grew = false;
      for (Entry entry : marked) {
        grew |= kin.contains(entry.parent()) && kin.add(entry.pid());
      }
    }
    List<Stray> strays = new ArrayList<>();
    Set<Long> gone = new HashSet<>(dead);
    Living living = living(marked, known);
    for (Entry entry : marked) {
      gone.remove(entry.session());
      if (!kin.contains(entry.pid())) {
        String worker = workerOf(entry);
        if (isOfADeadWorker(entry, worker, living, dead)) {
          strays.add(new Stray(entry.pid(), entry.start(), entry.leads(), worker));
        }
      }
    }
    ended.forget(gone);
    return strays;
  }

  private List<Entry> marked() {
    return ProcessTable.withEnvironment(WorkerCommandLine.POOL_VARIABLE, poolId).stream()
        .filter(entry -> owners.apply(entry.pid()).filter(users::contains).isPresent())
        .toList();
  }

  private Optional<Survivor> worker(Entry entry) {
    if (entry.forked()) {
      return WorkerMark.of(entry.pid())
          .filter(mark -> mark.pid() == entry.pid())
          .map(WorkerMark::survivor);
    }
    String command = ProcessTable.commandLine(entry.pid());
    boolean isWorker =
        files.isWorkerHost(command)
            || (isTitledByRq(command) && !isSpawnedHorse(entry.pid(), command));
    return isWorker
        ? Optional.of(
            commandLine.survivor(
                entry.pid(), List.of(command.split("\0", -1)), WorkerToken.of(entry.pid())))
        : Optional.empty();
  }

  /**
   * Whether it is the horse or the scheduler of a dead worker. A worker leads its session and its
   * group, where its scheduler is, too. A horse leads a group of its own, where its children are;
   * up to RQ 1 it also leads a session of its own, as what a job has forked may do. So a job's own
   * processes are told by a session or a group that no worker has led. They are the job's business.
   *
   * @param worker RQ's name of the worker, or an empty string
   */
  private boolean isOfADeadWorker(Entry entry, String worker, Living living, Set<Long> dead) {
    String command = ProcessTable.commandLine(entry.pid());
    if (!entry.forked()) {
      return isSpawnedHorse(entry.pid(), command);
    }
    boolean isPython =
        files.isWorkerHost(command) || files.isForkServer(command) || isTitledByRq(command);
    if (!isPython || worker(entry).isPresent()) {
      return false;
    }
    Optional<Long> forkedFrom = WorkerMark.of(entry.pid()).map(WorkerMark::pid);
    if (!entry.leads()) { // a scheduler
      return entry.group() == entry.session()
          && (dead.contains(entry.session()) || forkedFrom.equals(Optional.of(entry.session())));
    }
    if (entry.session() != entry.pid()) { // a horse
      return !living.pids.contains(entry.session());
    }
    return forkedFrom // a horse of RQ 1
        .map(pid -> !living.pids.contains(pid))
        .orElse(!living.workers.contains(worker));
  }

  private Living living(List<Entry> marked, Set<Long> known) {
    Set<Long> pids = new HashSet<>(known);
    Set<String> workers = new HashSet<>();
    for (Entry entry : marked) {
      pids.add(entry.pid());
      if (worker(entry).isPresent()) {
        workers.add(workerOf(entry));
      }
    }
    workers.remove(""); // a name that RQ has chosen is not known
    return new Living(pids, workers);
  }

  private static boolean isSpawnedHorse(long pid, String command) {
    return (command.contains(SPAWNED) || isTitledByRq(command))
        && ProcessTable.environment(pid, JOB_VARIABLE).isPresent();
  }

  private static String workerOf(Entry fork) {
    return WorkerMark.of(fork.pid())
        .map(WorkerMark::rqName)
        .or(() -> ProcessTable.environment(fork.pid(), WorkerCommandLine.WORKER_VARIABLE))
        .orElse("");
  }

  private static boolean isTitledByRq(String command) {
    return command.startsWith("rq:");
  }
}
