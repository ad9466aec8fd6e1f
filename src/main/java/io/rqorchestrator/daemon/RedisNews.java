package io.rqorchestrator.daemon;

import io.rqorchestrator.redis.RedisView;
import io.rqorchestrator.rq.HandedJob;
import io.rqorchestrator.rq.HandedLook;
import io.rqorchestrator.rq.JobInHand;
import io.rqorchestrator.rq.PutBack;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.supervisor.Mailbox;
import io.rqorchestrator.supervisor.Message;
import io.rqorchestrator.time.Tick;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Posts what was read from Redis to the supervisor. */
final class RedisNews implements RedisView.SampleListener {

  private final Mailbox mailbox;

  RedisNews(Mailbox mailbox) {
    this.mailbox = mailbox;
  }

  @Override
  public void taken(RqSnapshot snapshot) {
    mailbox.post(new Message.SampleTaken(snapshot));
  }

  @Override
  public void failed(String problem, boolean denied) {
    mailbox.post(new Message.SampleFailed(problem, denied));
  }

  @Override
  public void jobsFound(Set<String> asked, Map<String, JobInHand> jobs, Tick askedAt) {
    mailbox.post(new Message.JobsFound(asked, jobs, askedAt));
  }

  @Override
  public void handedFound(Optional<HandedLook> look, Tick askedAt) {
    mailbox.post(new Message.HandedFound(look, askedAt));
  }

  @Override
  public void putBack(HandedJob job, PutBack outcome) {
    mailbox.post(new Message.PutBackTried(job, outcome));
  }
}
