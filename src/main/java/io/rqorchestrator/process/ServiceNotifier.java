package io.rqorchestrator.process;

import io.rqorchestrator.control.PoolState;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.time.Tick;
import io.rqorchestrator.time.TickSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports the state of the daemon to systemd ({@code Type=notify}). The socket of systemd takes
 * datagrams, which Java cannot send over a Unix socket. So each message is a run of {@code
 * systemd-notify}, at most once every few seconds and never on the supervisor's thread. A message
 * whose run failed is sent again.
 *
 * <p>It is called in each turn of the loop. Without turns, the watchdog of systemd gets no message,
 * so systemd restarts a daemon whose loop hangs.
 */
public final class ServiceNotifier {

  private static final Logger LOG = LoggerFactory.getLogger(ServiceNotifier.class);
  private static final Duration BETWEEN_STATES = Duration.ofSeconds(1);
  private static final Duration BETWEEN_FIGURES = Duration.ofSeconds(5);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);
  private static final long PATIENCE_SECONDS = 10;

  private final Run systemd;
  private final TickSource ticks;
  private final Optional<Duration> beat;
  private final ExecutorService runner;

  /** Guards the fields below: only the thread that has set it may use them. */
  private final AtomicBoolean busy = new AtomicBoolean();

  private @Nullable Tick lastSent;
  private @Nullable Tick lastFailed;
  private String lastLine = "";
  private @Nullable PoolState lastState;
  private boolean ready;
  private boolean stopping;

  ServiceNotifier(Run systemd, Optional<Duration> beat, TickSource ticks, ExecutorService runner) {
    this.systemd = systemd;
    this.beat = beat;
    this.ticks = ticks;
    this.runner = runner;
  }

  /** How a message reaches systemd. */
  @FunctionalInterface
  interface Run {
    /** Sends these words, and returns the problem, if any. */
    Optional<String> problem(List<String> words) throws InterruptedException;
  }

  /** The notifier, if systemd has started this process and expects messages. */
  public static Optional<ServiceNotifier> of(Map<String, String> environment, TickSource ticks) {
    if (environment.getOrDefault("NOTIFY_SOCKET", "").isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ServiceNotifier(
            ServiceNotifier::run,
            beat(environment),
            ticks,
            Executors.newSingleThreadExecutor(
                work -> {
                  Thread thread = new Thread(work, "systemd-notify");
                  thread.setDaemon(true);
                  return thread;
                })));
  }

  /**
   * A third of the watchdog's timeout, so that one run may fail; empty if there is no watchdog for
   * this process.
   */
  static Optional<Duration> beat(Map<String, String> environment) {
    String micros = environment.getOrDefault("WATCHDOG_USEC", "");
    String pid = environment.getOrDefault("WATCHDOG_PID", "");
    boolean ours = pid.isEmpty() || pid.equals(Long.toString(Host.pid()));
    return ours && micros.matches("[1-9]\\d{0,15}")
        ? Optional.of(Duration.ofNanos(Long.parseLong(micros) * 1000 / 3))
        : Optional.empty();
  }

  /** Is called by the loop in each turn. Never blocks. */
  public void turned(PoolStatus status) {
    if (!busy.compareAndSet(false, true)) {
      return; // the next turn sends the message
    }
    Tick now = ticks.now();
    boolean waits = lastFailed != null && !now.hasPassed(BETWEEN_ATTEMPTS, lastFailed);
    List<String> words = waits ? List.of() : words(status, now);
    if (words.isEmpty()) {
      busy.set(false);
    } else {
      try {
        runner.execute(() -> send(words, status, now));
      } catch (OutOfMemoryError e) { // the host gives no thread
        failed(String.valueOf(e.getMessage()));
        busy.set(false);
      }
    }
  }

  private List<String> words(PoolStatus status, Tick now) {
    List<String> words = new ArrayList<>();
    if (!ready) {
      words.add("READY=1");
    }
    if (isStopping(status) && !stopping) {
      words.add("STOPPING=1");
    }
    Tick last = lastSent;
    boolean beats = beat.isPresent() && (last == null || now.hasPassed(beat.get(), last));
    if (beats) {
      words.add("WATCHDOG=1");
    }
    Duration pace = status.state() == lastState ? BETWEEN_FIGURES : BETWEEN_STATES;
    boolean news =
        !status.describe().equals(lastLine) && (last == null || now.hasPassed(pace, last));
    if (news || !words.isEmpty()) {
      words.add("STATUS=" + status.describe());
      if (beat.isPresent() && !beats) {
        words.add("WATCHDOG=1"); // one run sends both, so the next one is due later
      }
    }
    return words;
  }

  private static boolean isStopping(PoolStatus status) {
    return status.state() == PoolState.DRAINING || status.state() == PoolState.COLD_STOP;
  }

  private void send(List<String> words, PoolStatus status, Tick begun) {
    try {
      Optional<String> problem = systemd.problem(words);
      if (problem.isPresent()) {
        failed(problem.get());
      } else {
        lastFailed = null;
        lastSent = begun;
        lastLine = status.describe();
        lastState = status.state();
        ready = true;
        stopping = isStopping(status);
      }
    } catch (OutOfMemoryError e) { // the host gives no thread to wait for it
      failed(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      busy.set(false);
    }
  }

  private static Optional<String> run(List<String> words) throws InterruptedException {
    try {
      List<String> command = new ArrayList<>(List.of("systemd-notify"));
      command.addAll(words);
      Process process =
          Spawner.whereThereIsRoom(
              new ProcessBuilder(command)
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                  .redirectError(ProcessBuilder.Redirect.DISCARD));
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Optional.of("did not end within " + PATIENCE_SECONDS + "s");
      }
      return process.exitValue() == 0
          ? Optional.empty()
          : Optional.of("failed with exit code " + process.exitValue());
    } catch (IOException e) {
      return Optional.of(
          "cannot be run (%s): install it, or use Type=exec".formatted(e.getMessage()));
    }
  }

  /** The message is sent again later. The log has one line until it works again. */
  private void failed(String problem) {
    if (lastFailed == null) {
      LOG.warn(
          "systemd does not get the state of the daemon: systemd-notify {}; tries again", problem);
    }
    lastFailed = ticks.now();
  }

  /** Waits a moment for a message that is being sent, and ends. */
  public void end() throws InterruptedException {
    runner.shutdown();
    boolean unused = runner.awaitTermination(1, TimeUnit.SECONDS);
  }
}
