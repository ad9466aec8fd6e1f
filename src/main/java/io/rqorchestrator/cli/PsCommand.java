package io.rqorchestrator.cli;

import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.PoolStatus.QueueRow;
import io.rqorchestrator.daemon.CannotRun;
import io.rqorchestrator.terminal.Texts;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ps}: the pools of this host. */
@Command(
    name = "ps",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Lists the pools that run on this host: this user's; for root, everybody's.",
      "Columns: name, id, user if there are several, pid of the daemon, state, active workers and bounds, waiting jobs, queues."
    })
final class PsCommand implements Callable<Integer> {

  private static final int MOST_PADDED = 64;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
  private CommandSpec spec;

  @Override
  public Integer call() throws CannotRun {
    FoundPools found = PoolFinder.look(Optional.empty(), PoolFinder.PoolFilter.ALL);
    print(found, spec.commandLine().getOut());
    if (!found.problems().isEmpty()) {
      throw new CannotRun("no answer from " + String.join("; ", found.problems()));
    }
    if (found.pools().isEmpty()) {
      found.pick(Optional.empty());
    }
    return 0;
  }

  /** Prints a line for each pool. Other users choose names, so control characters are replaced. */
  static void print(FoundPools found, PrintWriter out) {
    List<PoolStatus> pools = found.pools().stream().map(FoundPool::status).toList();
    int longest = pools.stream().mapToInt(pool -> pool.pool().name().length()).max().orElse(4);
    int width = Math.min(MOST_PADDED, Math.max(1, longest));
    boolean others = found.pools().stream().anyMatch(each -> !each.directory().own());
    for (FoundPool each : found.pools()) {
      PoolStatus pool = each.status();
      out.printf(
          "%-" + width + "s  %s  %s%7d  %-17s  %d of %d..%d  %d waiting in %s%n",
          Texts.harmless(pool.pool().name()),
          Texts.harmless(pool.pool().id()),
          others ? "%-10s  ".formatted(Texts.harmless(each.directory().user())) : "",
          pool.pool().pid(),
          pool.state().text(),
          pool.size().active(),
          pool.size().min(),
          pool.size().max(),
          pool.queues().stream().mapToLong(QueueRow::queued).sum(),
          Texts.harmless(
              pool.queues().stream().map(QueueRow::name).collect(Collectors.joining(","))));
    }
    out.flush();
  }
}
