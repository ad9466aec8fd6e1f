package io.rqorchestrator.cli;

import io.rqorchestrator.config.InvalidSetting;
import io.rqorchestrator.daemon.CannotRun;
import io.rqorchestrator.json.PoolJson;
import io.rqorchestrator.json.PoolJsonReader;
import io.rqorchestrator.terminal.StatusScreen;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code history}: what a running pool decided and did, and why. */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Shows what a running pool decided and did, and why, oldest first.")
final class HistoryCommand implements Callable<Integer> {

  @Mixin private final TargetOptions target = new TargetOptions();

  @Option(
      names = "-n",
      paramLabel = "N",
      defaultValue = "20",
      description = "Number of entries, the newest ones; the daemon keeps 1000. Default: 20.")
  private int most;

  @Option(names = "--json", description = "One JSON object a line. Default: text.")
  private boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
  private CommandSpec spec;

  private final Map<String, String> environment;

  HistoryCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws CannotRun {
    if (most < 1) {
      throw new InvalidSetting("-n", most, "must be 1 or more");
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      target
          .ask(client -> client.history(most))
          .forEach(entry -> out.println(PoolJson.text(entry)));
    } else {
      new StatusScreen(Screen.style(environment), ZoneId.systemDefault())
          .history(
              target.ask(
                  client -> client.history(most).stream().map(PoolJsonReader::line).toList()))
          .forEach(out::println);
    }
    out.flush();
    return 0;
  }
}
