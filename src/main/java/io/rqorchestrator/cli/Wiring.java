package io.rqorchestrator.cli;

import io.rqorchestrator.config.InvalidSetting;
import io.rqorchestrator.config.PoolSettings;
import io.rqorchestrator.config.RedisAddress;
import io.rqorchestrator.config.ScalingSettings;
import io.rqorchestrator.config.WorkerProgram;
import io.rqorchestrator.control.DroppedLines;
import io.rqorchestrator.control.EventHistory;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.PoolStatus.Identity;
import io.rqorchestrator.control.SizeSettings;
import io.rqorchestrator.control.StatusBoard;
import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.PoolEvent;
import io.rqorchestrator.history.HistoryFile;
import io.rqorchestrator.pool.PoolRules;
import io.rqorchestrator.pool.RecycleRules;
import io.rqorchestrator.pool.RestartBackoff;
import io.rqorchestrator.process.Host;
import io.rqorchestrator.process.IoProblem;
import io.rqorchestrator.process.LaunchSettings;
import io.rqorchestrator.process.LaunchThreads;
import io.rqorchestrator.process.PoolLock;
import io.rqorchestrator.process.ProcessLauncher;
import io.rqorchestrator.process.PythonFiles;
import io.rqorchestrator.process.RuntimeDirectory;
import io.rqorchestrator.process.ServiceNotifier;
import io.rqorchestrator.process.SizeOverrideFile;
import io.rqorchestrator.process.WorkerCommandLine;
import io.rqorchestrator.redis.RedisSettings;
import io.rqorchestrator.redis.RedisView;
import io.rqorchestrator.redis.TlsSettings;
import io.rqorchestrator.rq.HandedJob;
import io.rqorchestrator.rq.HandedLook;
import io.rqorchestrator.rq.JobInHand;
import io.rqorchestrator.rq.PutBack;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.supervisor.Controls;
import io.rqorchestrator.supervisor.Mailbox;
import io.rqorchestrator.supervisor.Message;
import io.rqorchestrator.supervisor.Supervisor;
import io.rqorchestrator.time.SystemTicks;
import io.rqorchestrator.time.Tick;
import io.rqorchestrator.time.TickSource;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The composition root: maps the settings to each layer's own, and wires a pool together. */
final class Wiring {

  private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);
  private static final int HANGUP = 1;
  private static final Duration REDIS_DEADLINE = Duration.ofSeconds(2);

  /** Each file has one piece of work waiting at most; answers to operators wait behind them. */
  private static final int MOST_WRITES = 1024;

  /** Each worker has a few at most. */
  private static final int MOST_STARTS = 100_000;

  private static final int MOST_LOOKS = 100_000;

  /** How long the files may take to be written in the end. */
  private static final Duration LAST_WRITES = Duration.ofSeconds(2);

  private final PoolSettings settings;
  private final Map<String, String> environment;
  private final String hostname = Host.name();
  private final PoolIdentity identity;

  Wiring(PoolSettings settings, Map<String, String> environment) {
    this.settings = settings;
    this.environment = environment;
    this.identity = PoolIdentity.of(settings, hostname);
  }

  PoolIdentity identity() {
    return identity;
  }

  /** What would be run. */
  List<String> dryRun() throws IOException {
    Path host =
        RuntimeDirectory.choose(settings.runtimeDirectory(), environment)
            .resolve(identity.id() + "-worker_host.py");
    return new DryRun(settings, identity).lines(new WorkerCommandLine(launchSettings()), host);
  }

  /**
   * Runs the pool.
   *
   * @return the daemon's exit code
   * @throws CannotRun if the environment does not let it start
   */
  int run() throws CannotRun, InterruptedException {
    StartChecks checks = StartChecks.begin(settings.workers());
    TickSource ticks = new SystemTicks();
    Mailbox mailbox = new Mailbox();
    CompletableFuture<Void> stopAsked = new CompletableFuture<>();
    hear(mailbox, stopAsked);
    try {
      Path directory = RuntimeDirectory.ofUser();
      Takeover takeover = new Takeover(identity, directory, settings.handoverTimeout(), ticks);
      Optional<PoolLock> lock = takeover.lock(stopAsked);
      if (lock.isEmpty()) {
        return 0;
      }
      try (PoolLock held = lock.get()) {
        return runAlone(checks, held, takeover, ticks, mailbox, stopAsked);
      }
    } catch (IOException e) {
      throw new CannotRun("runtime directory: " + IoProblem.text(e));
    } catch (UncheckedIOException e) {
      throw new CannotRun(
          "--history-file: " + IoProblem.text(Objects.requireNonNull(e.getCause())));
    }
  }

  /** Has signals posted as messages. */
  private static void hear(Mailbox mailbox, CompletableFuture<Void> stopAsked) {
    Consumer<String> stop =
        signal -> {
          mailbox.post(new Message.Stop(signal));
          stopAsked.complete(null);
        };
    Signals.on("TERM", stop);
    Signals.on("INT", stop);
    // With a terminal SIGHUP means that it was closed, perhaps after a Ctrl-C; without one it asks
    // for a restart. Asked now, because the kernel takes the terminal away before the signal comes.
    Consumer<String> closed =
        signal -> {
          mailbox.post(new Message.Drain(signal));
          stopAsked.complete(null);
        };
    if (Host.ignores(HANGUP)) {
      LOG.warn("SIGHUP is ignored, as nohup asks: rq-orchestrator restart replaces the workers");
    }
    Signals.on(
        "HUP", Host.hasTerminal() ? closed : signal -> mailbox.post(new Message.Restart(signal)));
  }

  private int runAlone(
      StartChecks checks,
      PoolLock lock,
      Takeover takeover,
      TickSource ticks,
      Mailbox mailbox,
      CompletableFuture<Void> stopAsked)
      throws CannotRun, InterruptedException, IOException {
    BackgroundThread writer = new BackgroundThread("files", MOST_WRITES);
    EventHistory history = new EventHistory();
    Optional<HistoryFile> file = settings.historyFile().map(at -> new HistoryFile(at, writer));
    EventSink events = events(history, file);
    StatusBoard board = new StatusBoard();
    PythonFiles files =
        checks.unpacked(
            RuntimeDirectory.choose(settings.runtimeDirectory(), environment), identity.id());
    RestartBackoff backoff = new RestartBackoff(new SplittableRandom());
    events.accept(ticks.now(), started());
    warn(events, ticks);
    Endpoints endpoints = new Endpoints(board, history, ticks);
    // Without --http none of its classes are loaded.
    Closeable pages =
        settings.http().isPresent() ? endpoints.http(settings.http().get()) : () -> {};
    Closeable control =
        endpoints.control(RuntimeDirectory.ofUser().resolve(identity.id() + ".sock"), mailbox);
    Optional<ServiceNotifier> systemd = ServiceNotifier.of(environment, ticks);
    try (ProcessLauncher launcher =
            new ProcessLauncher(
                launchSettings(),
                files,
                RuntimeDirectory.ofUser(),
                backoff,
                threads(writer),
                new ProcessNews(mailbox));
        RedisView redis =
            new RedisView(redisSettings(), settings.queues(), ticks, posting(mailbox))) {
      takeover.refuseOthers();
      checks.finish(launcher.preload(), stopAsked);
      Supervisor supervisor =
          Supervisor.of(
              Scaling.rules(settings.scaling(), settings.burst()),
              poolRules(),
              Scaling.policy(settings.scaling()),
              ticks,
              mailbox,
              redis,
              launcher,
              recycleRules(),
              backoff,
              redis,
              hostname,
              controls(
                  shown(board, ticks, lock, writer, systemd),
                  writer,
                  () -> dropped(file),
                  ticks.now().wall()),
              events);
      int exitCode = supervisor.run();
      events.accept(ticks.now(), new PoolEvent.PoolStopped(exitCode));
      if (supervisor.refusal().isPresent()) {
        throw new CannotRun(supervisor.refusal().get());
      }
      return exitCode;
    } finally {
      control.close();
      pages.close();
      if (systemd.isPresent()) {
        systemd.get().end();
      }
      if (!writer.finish(LAST_WRITES)) {
        LOG.warn("the disk is slow: not all was written within {}s", LAST_WRITES.toSeconds());
      }
    }
  }

  private static LaunchThreads threads(Executor writer) {
    return new LaunchThreads(
        new BackgroundThread("starts", MOST_STARTS),
        new BackgroundThread("looks", MOST_LOOKS),
        writer);
  }

  /** Whom the supervisor shows the pool after each turn, and what shows that it turns. */
  private static Consumer<PoolStatus> shown(
      StatusBoard board,
      TickSource ticks,
      PoolLock lock,
      Executor writer,
      Optional<ServiceNotifier> systemd) {
    return status -> {
      board.publish(status, ticks.now());
      lock.keep(status.at(), writer);
      systemd.ifPresent(notifier -> notifier.turned(status));
    };
  }

  private static DroppedLines dropped(Optional<HistoryFile> file) {
    return new DroppedLines(
        StandardError.droppedLines(),
        file.map(HistoryFile::dropped).orElse(0L),
        StandardError.isFlowing() && file.map(HistoryFile::isFlowing).orElse(true));
  }

  private Controls controls(
      Consumer<PoolStatus> viewer, Executor writer, Supplier<DroppedLines> dropped, Instant begun)
      throws IOException {
    return new Controls(
        new Identity(
            identity.name(),
            identity.id(),
            hostname,
            Host.pid(),
            Version.number(),
            settings.redis().toString(),
            begun),
        Scaling.aim(settings.scaling()),
        new SizeOverrideFile(RuntimeDirectory.ofUser(), identity.id(), writer),
        this::broken,
        aim -> Scaling.policy(Scaling.aimedAt(aim, settings.scaling())),
        Optional.of(viewer),
        dropped);
  }

  /** The rule that changed settings would break, in the words that the options have for it. */
  private Optional<String> broken(SizeSettings changed) {
    try {
      ScalingSettings unused =
          Scaling.aimedAt(
              changed.aim(), settings.scaling().withWorkers(changed.min(), changed.max()));
      return Optional.empty();
    } catch (InvalidSetting e) {
      return Optional.of(e.getMessage());
    }
  }

  private static EventSink events(EventHistory history, Optional<HistoryFile> file) {
    EventSink seen = EventSink.all(new EventLog(), history);
    return file.map(written -> EventSink.all(seen, written)).orElse(seen);
  }

  private static RedisView.SampleListener posting(Mailbox mailbox) {
    return new RedisView.SampleListener() {
      @Override
      public void taken(RqSnapshot snapshot) {
        mailbox.post(new Message.SampleTaken(snapshot));
      }

      @Override
      public void failed(String problem, boolean denied) {
        mailbox.post(new Message.SampleFailed(problem, denied));
      }

      @Override
      public void jobsFound(Set<String> asked, Map<String, JobInHand> jobs, Tick askedAt) {
        mailbox.post(new Message.JobsFound(asked, jobs, askedAt));
      }

      @Override
      public void handedFound(Optional<HandedLook> look, Tick askedAt) {
        mailbox.post(new Message.HandedFound(look, askedAt));
      }

      @Override
      public void putBack(HandedJob job, PutBack outcome) {
        mailbox.post(new Message.PutBackTried(job, outcome));
      }
    };
  }

  private Event started() {
    return new PoolEvent.PoolStarted(
        identity.name(),
        identity.id(),
        settings.scaling().minWorkers(),
        settings.scaling().maxWorkers(),
        Scaling.aim(settings.scaling()),
        settings.scaling().window(),
        settings.queues(),
        settings.redis().toString());
  }

  private void warn(EventSink events, TickSource ticks) {
    if (settings.workers().program() instanceof WorkerProgram.ShellCommand) {
      events.accept(
          ticks.now(),
          new PoolEvent.Unguarded(
              "--worker-command runs outside the worker host; use --worker-entry"));
    }
  }

  private LaunchSettings launchSettings() {
    WorkerProgram program = settings.workers().program();
    boolean takesRqOptions =
        program instanceof WorkerProgram.PythonEntry entry && entry.takesRqOptions();
    return new LaunchSettings(
        identity.id(),
        identity.name(),
        identity.workerPrefix(),
        settings.workers().python(),
        settings.workers().directory(),
        program.words(),
        program instanceof WorkerProgram.PythonEntry,
        takesRqOptions,
        program instanceof WorkerProgram.PythonEntry && !program.namesQueues(),
        settings.queues(),
        settings.workers().rqArguments(),
        settings.workers().preload(),
        settings.workers().startTimeout(),
        settings.redis().url());
  }

  private RedisSettings redisSettings() {
    RedisAddress redis = settings.redis();
    return new RedisSettings(
        redis.host(),
        redis.port(),
        redis.tls().map(tls -> new TlsSettings(tls.trusted(), tls.forHost(), tls.authorities())),
        redis.database(),
        redis.user(),
        redis.password(),
        REDIS_DEADLINE);
  }

  private PoolRules poolRules() {
    return new PoolRules(
        settings.scaling().minWorkers(),
        settings.scaling().maxWorkers(),
        settings.recycling().surge(),
        settings.recycling().maxStragglers(),
        settings.workers().scheduler(),
        settings.workers().startTimeout(),
        settings.workers().drainTimeout());
  }

  private RecycleRules recycleRules() {
    return new RecycleRules(
        settings.recycling().maxJobs(),
        settings.recycling().maxAge(),
        settings.recycling().maxMemory());
  }
}
