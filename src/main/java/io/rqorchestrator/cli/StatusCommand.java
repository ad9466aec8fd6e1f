package io.rqorchestrator.cli;

import io.rqorchestrator.json.PoolJson;
import io.rqorchestrator.socket.PoolClient;
import io.rqorchestrator.terminal.StatusScreen;
import io.rqorchestrator.terminal.Texts;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code status}: the state of a running pool, once or live. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Shows a running pool: its size and why, its queues and its workers.",
    footer = "%nWith NO_COLOR in the environment the output has no colours.")
final class StatusCommand implements Callable<Integer> {

  @Mixin private final TargetOptions target = new TargetOptions();

  @Option(names = "--json", description = "One JSON object in one line. Default: text.")
  private boolean json;

  @Option(
      names = {"-w", "--watch"},
      description = "Live, every second, until Ctrl-C. Default: once.")
  private boolean watch;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before anything is called
  private CommandSpec spec;

  private final Map<String, String> environment;

  StatusCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws Exception {
    if (json && watch) {
      throw new ParameterException(
          spec.commandLine(), "--watch (true) excludes --json: give one of them");
    }
    FoundPool pool = target.pool();
    if (watch) {
      new StatusWatch(pool.socket(), environment).run();
      return 0;
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(PoolJson.text(target.ask(pool, PoolClient::status)));
    } else {
      if (!pool.directory().own()) {
        out.println("pool of user " + Texts.harmless(pool.directory().user()));
      }
      new StatusScreen(Screen.style(environment), ZoneId.systemDefault())
          .lines(pool.status(), List.of(), List.of(), Integer.MAX_VALUE)
          .forEach(out::println);
    }
    out.flush();
    return 0;
  }
}
