package io.rqorchestrator.process;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A daemon that runs a pool already.
 *
 * @param pid its process, as far as we may know it
 * @param user whose it is; empty if it is ours
 * @param socket where it listens for commands, if it does
 */
public record PoolHolder(Optional<String> pid, Optional<String> user, Path socket) {

  /** The daemon, for people: {@code pid 17 of user rq}. */
  public String describe() {
    String process = pid.map(known -> "pid " + known).orElse("");
    String owner = user.map(name -> (process.isEmpty() ? "" : " of ") + "user " + name).orElse("");
    return process.isEmpty() && owner.isEmpty() ? "pid unknown" : process + owner;
  }
}
