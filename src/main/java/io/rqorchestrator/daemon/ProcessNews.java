package io.rqorchestrator.daemon;

import io.rqorchestrator.pool.ProcessListener;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.supervisor.Mailbox;
import io.rqorchestrator.supervisor.Message;
import java.time.Duration;

/** Posts what is reported of processes to the supervisor. */
final class ProcessNews implements ProcessListener {

  private final Mailbox mailbox;

  ProcessNews(Mailbox mailbox) {
    this.mailbox = mailbox;
  }

  @Override
  public void exited(WorkerId worker, int exitCode) {
    mailbox.post(new Message.WorkerExited(worker, exitCode));
  }

  @Override
  public void forked(WorkerId worker, long pid) {
    mailbox.post(new Message.WorkerForked(worker));
  }

  @Override
  public void heldBack(WorkerId worker, String shortage) {
    mailbox.post(new Message.LaunchHeldBack(worker, shortage));
  }

  @Override
  public void processesFound() {
    mailbox.post(new Message.ProcessesFound());
  }

  @Override
  public void launchFailed(WorkerId worker, String problem) {
    mailbox.post(new Message.LaunchFailed(worker, problem));
  }

  @Override
  public void preloaded(long pid, Duration took, boolean renewed) {
    mailbox.post(new Message.PreloadSuccess(pid, took, renewed));
  }

  @Override
  public void preloadFailed(String problem, boolean renewed) {
    mailbox.post(new Message.PreloadFailure(problem, renewed));
  }

  @Override
  public void forkServerLost(long pid, String problem) {
    mailbox.post(new Message.ForkServerLoss(pid, problem));
  }
}
