package io.rqorchestrator.process;

import io.rqorchestrator.pool.ProcessListener;
import io.rqorchestrator.pool.Survivor;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.process.ProcessTable.ProcessEntry;
import io.rqorchestrator.time.Tick;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workers that have a process. Each is recorded in the state file, and its process and its exit
 * are reported. The exit is reported once, whoever notices it: the JVM, a fork server, or a look at
 * the processes.
 */
final class ProcessRegister implements ForkServers.ForkedWorkers {

  private static final Logger LOG = LoggerFactory.getLogger(ProcessRegister.class);
  private static final int UNKNOWN = -1;

  private final RecordedWorkers recorded;
  private final ProcessListener listener;
  private final LiveWorkers live = new LiveWorkers(ProcessTable::find);

  ProcessRegister(RecordedWorkers recorded, ProcessListener listener) {
    this.recorded = recorded;
    this.listener = listener;
  }

  /**
   * A worker was started as a child of this daemon.
   *
   * @param startedWith the text of {@link StartedWith}
   */
  void spawned(WorkerId id, LaunchedWorker worker, Process process, String startedWith) {
    begun(id, worker, process.pid(), Optional.of(process.toHandle()), startedWith);
    try {
      CompletableFuture<Void> unused =
          process.onExit().thenAccept(ended -> exited(id, ended.pid(), ended.exitValue()));
    } catch (OutOfMemoryError e) {
      willBeLookedUp(id, process.pid(), e);
    }
  }

  @Override
  public void forked(WorkerId id, LaunchedWorker worker, long pid) {
    // The fork server decides what it forks, so what counts is what that was started with.
    String startedWith =
        StartedWith.parse(StartedWith.of(pid))
            .map(server -> server.withScheduler(worker.scheduler()).text())
            .orElse("");
    begun(id, worker, pid, ProcessHandle.of(pid), startedWith);
  }

  private void begun(
      WorkerId id,
      LaunchedWorker worker,
      long pid,
      Optional<ProcessHandle> process,
      String startedWith) {
    Survivor begun =
        new Survivor(pid, worker.rqName(), worker.role(), worker.lossFree(), worker.token());
    record(id, begun.startedWith(startedWith));
    worker.begun(pid, process);
    listener.forked(id, pid);
  }

  /**
   * A worker of an earlier daemon was taken over.
   *
   * @param process empty if it has ended already
   */
  void adopted(WorkerId id, Survivor survivor, Optional<ProcessHandle> process) {
    record(id, survivor);
    watch(id, survivor.pid(), process);
  }

  private void record(WorkerId id, Survivor worker) {
    long start = ProcessTable.find(worker.pid()).map(ProcessEntry::start).orElse(0L);
    live.add(id, worker.pid(), start);
    recorded.add(worker, start);
  }

  @Override
  public void reparented(WorkerId id, long pid) {
    watch(id, pid, ProcessHandle.of(pid));
  }

  /** Waits for the exit of a process that is no child of this daemon. */
  private void watch(WorkerId id, long pid, Optional<ProcessHandle> process) {
    try {
      if (process.isEmpty()) {
        exited(id, pid, UNKNOWN);
      } else {
        CompletableFuture<Void> unused =
            process.get().onExit().thenAccept(ended -> exited(id, pid, UNKNOWN));
      }
    } catch (OutOfMemoryError e) {
      willBeLookedUp(id, pid, e);
    }
  }

  /** Without a thread to wait for it, the exit is found by {@link #reportLost}. */
  private static void willBeLookedUp(WorkerId id, long pid, OutOfMemoryError e) {
    LOG.warn("worker {} (pid {}): {}", id, pid, e.getMessage());
  }

  @Override
  public void exited(WorkerId id, long pid, int exitCode) {
    if (live.remove(id)) {
      recorded.remove(pid);
      listener.exited(id, exitCode);
    }
  }

  /** Reports the exit of workers that have ended without a notice. */
  void reportLost(Tick now) {
    live.lost(now).forEach((id, pid) -> exited(id, pid, UNKNOWN));
  }
}
