package io.rqorchestrator.cli;

import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.PoolStatus.QueueRow;
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
      "Columns: name, id, pid of the daemon, state, active workers and bounds, waiting jobs, queues."
    })
final class PsCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
  private CommandSpec spec;

  @Override
  public Integer call() throws CannotRun {
    PoolFinder finder = PoolFinder.look();
    PrintWriter out = spec.commandLine().getOut();
    List<PoolStatus> pools = finder.pools().stream().map(PoolFinder.Found::status).toList();
    int width = pools.stream().mapToInt(pool -> pool.pool().name().length()).max().orElse(4);
    for (PoolStatus pool : pools) {
      out.printf(
          "%-" + width + "s  %s  %7d  %-17s  %d of %d..%d  %d waiting in %s%n",
          pool.pool().name(),
          pool.pool().id(),
          pool.pool().pid(),
          pool.state().text(),
          pool.size().active(),
          pool.size().min(),
          pool.size().max(),
          pool.queues().stream().mapToLong(QueueRow::queued).sum(),
          pool.queues().stream().map(QueueRow::name).collect(Collectors.joining(",")));
    }
    out.flush();
    if (!finder.problems().isEmpty()) {
      throw new CannotRun("no answer from " + String.join("; ", finder.problems()));
    }
    if (pools.isEmpty()) {
      finder.pick(Optional.empty());
    }
    return 0;
  }
}
