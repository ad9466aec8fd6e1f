package io.rqorchestrator.supervisor;

import java.time.Duration;
import java.util.List;

/**
 * The queue of messages to the supervisor, and the only place where the supervisor's thread waits.
 */
@FunctionalInterface
public interface Inbox {

  /**
   * Removes and returns all messages in the order of their arrival.
   *
   * @param timeout how long to wait for the first one
   * @return the messages; an empty list if none came in time
   */
  List<Message> take(Duration timeout) throws InterruptedException;
}
