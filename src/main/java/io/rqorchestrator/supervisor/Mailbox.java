package io.rqorchestrator.supervisor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The one way into the supervisor from other threads. */
public final class Mailbox implements Inbox {

  private final LinkedBlockingQueue<Message> messages = new LinkedBlockingQueue<>();

  /** Leaves a message. Any thread may call it. */
  public void post(Message message) {
    messages.add(message);
  }

  @Override
  public List<Message> take(Duration patience) throws InterruptedException {
    List<Message> taken = new ArrayList<>();
    @Nullable Message first = messages.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    if (first != null) {
      taken.add(first);
      messages.drainTo(taken);
    }
    return taken;
  }
}
