package io.rqorchestrator.process;

import io.rqorchestrator.pool.ProcessListener;
import io.rqorchestrator.pool.WorkerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Writes down in words what is reported of fork servers and of their workers. */
final class RecordingNews implements ProcessListener, ForkServers.ForkedWorkers {

  private final List<String> reported = new ArrayList<>();

  /** What was reported since the last time this was asked. */
  List<String> fresh() {
    List<String> fresh = List.copyOf(reported);
    reported.clear();
    return fresh;
  }

  @Override
  public void forked(WorkerId worker, LaunchedWorker handle, long pid) {
    reported.add(worker + " forked as " + pid + ": " + handle.rqName());
  }

  @Override
  public void exited(WorkerId worker, long pid, int exitCode) {
    reported.add(worker + " exited, pid " + pid + ", exit code " + exitCode);
  }

  @Override
  public void reparented(WorkerId worker, long pid) {
    reported.add(worker + " reparented, pid " + pid);
  }

  @Override
  public void exited(WorkerId worker, int exitCode) {
    throw new UnsupportedOperationException("the register reports it");
  }

  @Override
  public void launchFailed(WorkerId worker, String problem) {
    reported.add(worker + " failed: " + problem);
  }

  @Override
  public void preloaded(long pid, Duration took, boolean renewed) {
    reported.add(renewed(renewed) + pid + " preloaded in " + took.toMillis() + " ms");
  }

  @Override
  public void preloadFailed(String problem, boolean renewed) {
    reported.add(renewed(renewed) + "preload failed: " + problem);
  }

  @Override
  public void forkServerLost(long pid, String problem) {
    reported.add(pid + " lost: " + problem);
  }

  private static String renewed(boolean renewed) {
    return renewed ? "renewed: " : "";
  }
}
