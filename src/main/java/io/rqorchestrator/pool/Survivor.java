package io.rqorchestrator.pool;

import java.util.Optional;

/**
 * A live worker that an earlier daemon of this pool started.
 *
 * @param pid process id
 * @param rqName RQ's name of the worker, or an empty string if it is unknown
 * @param role the role it was started with
 * @param lossFree whether it runs in our worker host
 * @param asked why the earlier daemon requested its end; empty if no such request is known
 * @param token random text that only this worker publishes, as proof of its identity, or an empty
 *     string
 * @param startedWith the options it was started with, or an empty string if they are unknown
 */
public record Survivor(
    long pid,
    String rqName,
    Role role,
    boolean lossFree,
    Optional<DrainReason> asked,
    String token,
    String startedWith) {

  /** A survivor without a known drain request and with unknown options. */
  public Survivor(long pid, String rqName, Role role, boolean lossFree, String token) {
    this(pid, rqName, role, lossFree, Optional.empty(), token, "");
  }

  /** This survivor with known options. */
  public Survivor startedWith(String what) {
    return new Survivor(pid, rqName, role, lossFree, asked, token, what);
  }
}
