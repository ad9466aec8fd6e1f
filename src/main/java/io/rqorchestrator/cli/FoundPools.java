package io.rqorchestrator.cli;

import io.rqorchestrator.daemon.CannotRun;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The pools that answered, and what is known of those that did not.
 *
 * @param pools this user's first, then by name
 * @param problems of the others, a line each
 * @param silent directories in which not every socket has answered
 */
record FoundPools(List<FoundPool> pools, List<String> problems, List<SocketDirectory> silent) {

  /** Sorts the pools. */
  FoundPools {
    pools =
        pools.stream()
            .sorted(
                Comparator.comparing((FoundPool found) -> !found.directory().own())
                    .thenComparing(FoundPool::name))
            .toList();
    problems = List.copyOf(problems);
    silent = List.copyOf(silent);
  }

  /**
   * The pool of this name or id, or the only one. Without a name, this user's pools come before
   * those of others.
   *
   * @throws CannotRun if there is none, or more than one
   */
  FoundPool pick(Optional<String> name) throws CannotRun {
    List<FoundPool> fitting = fitting(name);
    // Without a name, a pool that does not answer may be the one that is meant.
    boolean isUndecided = name.isEmpty() && !haveAllAnswered();
    if (fitting.size() == 1 && !isUndecided) {
      return checked(fitting.get(0));
    }
    if (!fitting.isEmpty() && isUndecided) {
      throw new CannotRun(
          "several pools run on this host: say which by --name or its id: %s; no answer from %s"
              .formatted(describe(fitting), String.join("; ", problems)));
    }
    throw fitting.isEmpty() ? none(name) : several(fitting, name);
  }

  private List<FoundPool> fitting(Optional<String> name) {
    if (name.isPresent()) {
      return pools.stream().filter(pool -> pool.isCalled(name.get())).toList();
    }
    List<FoundPool> own = pools.stream().filter(pool -> pool.directory().own()).toList();
    return own.isEmpty() ? pools : own;
  }

  /** Whether every pool that is meant without a name has answered. */
  private boolean haveAllAnswered() {
    boolean isOneOwn = pools.stream().anyMatch(pool -> pool.directory().own());
    boolean areOnlyOthersSilent = !silent.isEmpty() && !isOneOwnSilent();
    return problems.isEmpty() || (isOneOwn && areOnlyOthersSilent);
  }

  private boolean isOneOwnSilent() {
    return silent.stream().anyMatch(SocketDirectory::own);
  }

  /** Refuses another user's pool if the pool that is meant may be one of this user. */
  private FoundPool checked(FoundPool found) throws CannotRun {
    if (!found.directory().own() && isOneOwnSilent()) {
      throw new CannotRun(
          "only %s answers to that name, and a pool of this user does not answer: say whose is"
                  .formatted(found.describe())
              + " meant by --user");
    }
    return found;
  }

  private static CannotRun several(List<FoundPool> fitting, Optional<String> name) {
    boolean ofSeveral =
        fitting.stream().map(pool -> pool.directory().user()).distinct().count() > 1;
    return new CannotRun(
        name.map(called -> "several pools are called " + called)
                .orElse("several pools run on this host")
            + (ofSeveral ? ": say whose by --user, or which" : ": say which")
            + " by --name or its id: "
            + describe(fitting));
  }

  private CannotRun none(Optional<String> name) {
    if (!problems.isEmpty()) {
      return new CannotRun(
          name.map("no pool called %s has answered; "::formatted).orElse("")
              + "no answer from "
              + String.join("; ", problems));
    }
    return new CannotRun(
        pools.isEmpty()
            ? "no pool runs on this host for this user: start one by rq-orchestrator worker-pool"
            : "no pool called %s runs on this host, but %s"
                .formatted(name.orElse(""), describe(pools)));
  }

  private static String describe(List<FoundPool> pools) {
    return pools.stream().map(FoundPool::describe).collect(Collectors.joining(", "));
  }
}
