package io.rqorchestrator.supervisor;

import java.time.Duration;
import java.util.List;

/**
 * Where the supervisor waits for what others tell it; the only place in which it lets time pass.
 */
@FunctionalInterface
public interface Inbox {

  /**
   * All messages there are, in the order in which they came.
   *
   * @param patience how long to wait for the first one
   * @return an empty list if none came
   */
  List<Message> take(Duration patience) throws InterruptedException;
}
