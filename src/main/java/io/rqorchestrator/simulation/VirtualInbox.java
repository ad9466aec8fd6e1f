package io.rqorchestrator.simulation;

import io.rqorchestrator.supervisor.Inbox;
import io.rqorchestrator.supervisor.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** An inbox in which waiting takes no real time: virtual time advances until there is a message. */
final class VirtualInbox implements Inbox {

  private final VirtualTime time;
  private List<Message> messages = new ArrayList<>();

  VirtualInbox(VirtualTime time) {
    this.time = time;
  }

  void post(Message message) {
    messages.add(message);
  }

  @Override
  public List<Message> take(Duration patience) {
    long deadline = time.nanos() + patience.toNanos();
    boolean waits = messages.isEmpty();
    while (waits && time.advance(deadline)) {
      waits = messages.isEmpty();
    }
    List<Message> taken = messages;
    messages = new ArrayList<>();
    return taken;
  }
}
