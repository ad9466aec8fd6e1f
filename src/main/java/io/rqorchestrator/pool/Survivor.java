package io.rqorchestrator.pool;

import java.util.Optional;

/**
 * A worker that an earlier daemon of this pool left behind, alive.
 *
 * @param pid its process
 * @param rqName RQ's name of it, or an empty string if that is not known
 * @param role what it was started as
 * @param lossFree whether it runs in our worker host
 * @param asked why it was asked to go; empty if it is not known to have been
 * @param token what it publishes to say that it is this worker, or an empty string
 * @param startedWith what it was started with, or an empty string if that is not known
 */
public record Survivor(
    long pid,
    String rqName,
    Role role,
    boolean lossFree,
    Optional<DrainReason> asked,
    String token,
    String startedWith) {

  /** A worker of which it is not known that it was asked to go, nor what it was started with. */
  public Survivor(long pid, String rqName, Role role, boolean lossFree, String token) {
    this(pid, rqName, role, lossFree, Optional.empty(), token, "");
  }

  /** The same worker, of which it is known what it was started with. */
  public Survivor startedWith(String what) {
    return new Survivor(pid, rqName, role, lossFree, asked, token, what);
  }
}
