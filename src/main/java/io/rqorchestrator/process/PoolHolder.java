package io.rqorchestrator.process;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A daemon that already runs the pool.
 *
 * @param pid its process, if this user may see it
 * @param user its user; empty if that is the user of this process
 * @param socket where it listens for commands
 */
public record PoolHolder(Optional<String> pid, Optional<String> user, Path socket) {

  /** The daemon, for people: {@code pid 17 of user rq}. */
  public String describe() {
    String process = pid.map(known -> "pid " + known).orElse("");
    String owner = user.map(name -> (process.isEmpty() ? "" : " of ") + "user " + name).orElse("");
    return process.isEmpty() && owner.isEmpty() ? "pid unknown" : process + owner;
  }
}
