package io.rqorchestrator.cli;

import io.rqorchestrator.control.PoolStatus;
import java.nio.file.Path;

/**
 * A running pool.
 *
 * @param socket its control socket
 * @param directory where the socket is: whose pool it is
 * @param status its answer
 */
record FoundPool(Path socket, SocketDirectory directory, PoolStatus status) {

  private static final int LONGEST_NAME = 100;

  String name() {
    return status.pool().name();
  }

  /** Whether this is the pool's name or id. */
  boolean isCalled(String name) {
    return name.equals(status.pool().name()) || name.equals(status.pool().id());
  }

  /** Name, user if that is another one, and id. */
  String describe() {
    return shortened(name())
        + (directory.own() ? "" : " of user " + directory.user())
        + " ("
        + shortened(status.pool().id())
        + ")";
  }

  /** Another user's pool may give itself a name of any length. */
  private static String shortened(String name) {
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "...";
  }
}
