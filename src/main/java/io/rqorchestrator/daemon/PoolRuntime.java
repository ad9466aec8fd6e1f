package io.rqorchestrator.daemon;

import io.rqorchestrator.config.InvalidSetting;
import io.rqorchestrator.config.PoolSettings;
import io.rqorchestrator.config.ScalingSettings;
import io.rqorchestrator.config.WorkerProgram;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.PoolStatus.Identity;
import io.rqorchestrator.control.SizeSettings;
import io.rqorchestrator.control.StatusBoard;
import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.PoolEvent;
import io.rqorchestrator.pool.RestartBackoff;
import io.rqorchestrator.process.Host;
import io.rqorchestrator.process.LaunchThreads;
import io.rqorchestrator.process.ProcessLauncher;
import io.rqorchestrator.process.PythonFiles;
import io.rqorchestrator.process.RuntimeDirectory;
import io.rqorchestrator.process.SizeOverrideFile;
import io.rqorchestrator.redis.RedisView;
import io.rqorchestrator.setup.PoolIdentity;
import io.rqorchestrator.setup.PoolSetup;
import io.rqorchestrator.setup.ScalingSetup;
import io.rqorchestrator.supervisor.Controls;
import io.rqorchestrator.supervisor.Mailbox;
import io.rqorchestrator.supervisor.Supervisor;
import io.rqorchestrator.supervisor.SupervisorPorts;
import java.io.IOException;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** One pool of a daemon: wires it together and runs it. */
final class PoolRuntime {

  /** Work that may wait in a queue. Each worker has a few pieces at most. */
  private static final int MOST_STARTS = 100_000;

  private static final int MOST_LOOKS = 100_000;

  private final PoolSetup setup;
  private final PoolSettings settings;
  private final StartChecks checks;
  private final Mailbox mailbox;
  private final DaemonServices daemon;
  private final PythonFiles files;
  private final StatusBoard board = new StatusBoard();
  private final RestartBackoff backoff = new RestartBackoff(new SplittableRandom());

  /**
   * Unpacks the worker host.
   *
   * @throws CannotRun if it cannot be unpacked
   */
  PoolRuntime(PoolStart start, DaemonServices daemon) throws CannotRun {
    this.setup = start.setup();
    this.settings = setup.settings();
    this.checks = start.checks();
    this.mailbox = start.mailbox();
    this.daemon = daemon;
    this.files = checks.unpacked(daemon.runtimeDirectory(), setup.identity().id());
  }

  PoolIdentity identity() {
    return setup.identity();
  }

  Mailbox mailbox() {
    return mailbox;
  }

  StatusBoard board() {
    return board;
  }

  /** Reports that the pool starts, and with which settings. */
  void reportStart() {
    report(
        new PoolEvent.PoolStarted(
            identity().name(),
            identity().id(),
            settings.scaling().minWorkers(),
            settings.scaling().maxWorkers(),
            ScalingSetup.aim(settings.scaling()),
            settings.scaling().window(),
            settings.queues(),
            settings.redis().toString()));
    if (settings.workers().program() instanceof WorkerProgram.ShellCommand) {
      report(
          new PoolEvent.Unguarded(
              "--worker-command runs outside the worker host; use --worker-entry"));
    }
  }

  private void report(Event event) {
    daemon.events().accept(daemon.ticks().now(), event);
  }

  /**
   * Runs the pool on the calling thread until it has stopped.
   *
   * @param stopRequested completes once the start checks need not be waited for any more
   * @return the daemon's exit code
   * @throws CannotRun if a start check fails, or the pool cannot run
   */
  int run(CompletableFuture<?> stopRequested) throws CannotRun, InterruptedException, IOException {
    try (ProcessLauncher launcher =
            new ProcessLauncher(
                setup.launch(),
                files,
                RuntimeDirectory.ofUser(),
                backoff,
                threads(),
                new ProcessNews(mailbox));
        RedisView redis =
            new RedisView(
                setup.redis(), settings.queues(), daemon.ticks(), new RedisNews(mailbox))) {
      checks.finish(launcher.preload(), stopRequested);
      Supervisor supervisor = supervisor(launcher, redis);
      int exitCode = supervisor.run();
      report(new PoolEvent.PoolStopped(exitCode));
      if (supervisor.refusal().isPresent()) {
        throw new CannotRun(supervisor.refusal().get());
      }
      return exitCode;
    }
  }

  private LaunchThreads threads() {
    return new LaunchThreads(
        new BackgroundThread("starts", MOST_STARTS),
        new BackgroundThread("looks", MOST_LOOKS),
        daemon.files());
  }

  private Supervisor supervisor(ProcessLauncher launcher, RedisView redis) throws IOException {
    SupervisorPorts ports =
        new SupervisorPorts(daemon.ticks(), mailbox, redis, redis, launcher, backoff);
    return new Supervisor(ports, setup.supervisorRules(), controls(), daemon.events());
  }

  private Controls controls() throws IOException {
    return new Controls(
        shownIdentity(),
        ScalingSetup.sizeSettings(settings.scaling()),
        new SizeOverrideFile(RuntimeDirectory.ofUser(), identity().id(), daemon.files()),
        this::brokenRule,
        aim -> ScalingSetup.policy(ScalingSetup.aimedAt(aim, settings.scaling())),
        Optional.of(this::publish),
        daemon.dropped());
  }

  private Identity shownIdentity() {
    return new Identity(
        identity().name(),
        identity().id(),
        setup.hostname(),
        Host.pid(),
        daemon.version(),
        settings.redis().toString(),
        daemon.ticks().now().wall());
  }

  /** Takes the status after each turn of the loop. */
  private void publish(PoolStatus status) {
    board.publish(status, daemon.ticks().now());
    daemon.afterTurn().accept(status);
  }

  /** The rule that the changed settings would break, in the same words as for the options. */
  private Optional<String> brokenRule(SizeSettings changed) {
    try {
      ScalingSettings unused =
          ScalingSetup.aimedAt(
              changed.aim(), settings.scaling().withWorkers(changed.min(), changed.max()));
      return Optional.empty();
    } catch (InvalidSetting e) {
      return Optional.of(e.getMessage());
    }
  }
}
