package io.rqorchestrator.supervisor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The thread-safe queue through which other threads send messages to the supervisor. */
public final class Mailbox implements Inbox {

  private final LinkedBlockingQueue<Message> messages = new LinkedBlockingQueue<>();

  /** Adds a message. Any thread may call this. */
  public void post(Message message) {
    messages.add(message);
  }

  @Override
  public List<Message> take(Duration timeout) throws InterruptedException {
    List<Message> taken = new ArrayList<>();
    @Nullable Message first = messages.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
    if (first != null) {
      taken.add(first);
      messages.drainTo(taken);
    }
    return taken;
  }
}
