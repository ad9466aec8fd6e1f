package io.rqorchestrator.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.control.Command;
import io.rqorchestrator.control.DroppedLines;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.PoolStatus.Identity;
import io.rqorchestrator.control.SizeSettings;
import io.rqorchestrator.history.HistoryFile;
import io.rqorchestrator.pool.PoolRules;
import io.rqorchestrator.pool.ProcessListener;
import io.rqorchestrator.pool.RecycleRules;
import io.rqorchestrator.pool.RestartBackoff;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.process.LaunchSettings.PoolNames;
import io.rqorchestrator.process.LaunchSettings.Preload;
import io.rqorchestrator.process.LaunchSettings.Program;
import io.rqorchestrator.rq.HandedJob;
import io.rqorchestrator.rq.HandedLook;
import io.rqorchestrator.rq.HandedQuestion;
import io.rqorchestrator.rq.JobInHand;
import io.rqorchestrator.rq.PutBack;
import io.rqorchestrator.rq.RqQueue;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqView;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.rq.RqWorkerDraft;
import io.rqorchestrator.rq.WorkerState;
import io.rqorchestrator.scaling.Aim;
import io.rqorchestrator.scaling.ScalingPolicy;
import io.rqorchestrator.supervisor.Controls;
import io.rqorchestrator.supervisor.Inbox;
import io.rqorchestrator.supervisor.Message;
import io.rqorchestrator.supervisor.Supervisor;
import io.rqorchestrator.supervisor.SupervisorPorts;
import io.rqorchestrator.supervisor.SupervisorRules;
import io.rqorchestrator.time.Tick;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every port takes a second: starts of processes, looks at them, files, Redis. The supervisor and
 * what it drives are the real ones; only time is virtual. A turn that waits for a port takes the
 * second that the port takes.
 */
@Timeout(60)
class SlowPortsTest {

  private static final Duration SLOW = Duration.ofSeconds(1);
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final Duration STEP = Duration.ofMillis(50);

  private final String poolId = "test-" + UUID.randomUUID();
  private final List<Process> spawned = new ArrayList<>();
  private final BlockingQueue<Message> mailbox = new LinkedBlockingQueue<>();
  private final BlockingQueue<WorkerId> ended = new LinkedBlockingQueue<>();
  private final Deque<Later> script = new ArrayDeque<>();
  private final List<SlowThread> threads = new ArrayList<>();
  private final List<Command.Answer> answers = new ArrayList<>();
  private final AtomicReference<PoolStatus> shown = new AtomicReference<>();
  private Tick now = new Tick(0, Instant.EPOCH);
  private Duration longest = Duration.ZERO;
  private Tick turnBegan = now;

  @TempDir private Path directory;

  @AfterEach
  void leavesNothingBehind() {
    spawned.forEach(Process::destroyForcibly);
  }

  /** Something that happens at a time. */
  private record Later(Tick due, Runnable work) {}

  /** Each piece of work takes a second, one after the other. */
  private final class SlowThread implements Executor {
    private final Deque<Later> waiting = new ArrayDeque<>();
    private Tick free = now;

    @Override
    public void execute(Runnable work) {
      free = (free.isBefore(now) ? now : free).plus(SLOW);
      waiting.add(new Later(free, work));
    }

    void works() {
      while (!waiting.isEmpty() && !now.isBefore(waiting.element().due())) {
        waiting.remove().work().run();
      }
    }
  }

  private SlowThread slowThread() {
    SlowThread thread = new SlowThread();
    threads.add(thread);
    return thread;
  }

  /** Work that is done at once delays its caller. */
  private void atOnce(Runnable work) {
    now = now.plus(SLOW);
    work.run();
  }

  /** Between two turns time goes by; a turn takes as long as what it waits for. */
  private List<Message> take(Duration patience) throws InterruptedException {
    Duration turn = now.since(turnBegan);
    longest = turn.compareTo(longest) > 0 ? turn : longest;
    Tick end = now.plus(patience);
    do {
      settle();
      now = now.plus(STEP);
      threads.forEach(SlowThread::works);
      while (!script.isEmpty() && !now.isBefore(script.element().due())) {
        script.remove().work().run();
      }
    } while (mailbox.isEmpty() && now.isBefore(end));
    List<Message> taken = new ArrayList<>();
    mailbox.drainTo(taken);
    turnBegan = now;
    return taken;
  }

  /** Real processes end in real time, so those that were signalled are waited for. */
  private void settle() throws InterruptedException {
    if (shown.get() != null && shown.get().state().text().equals("draining")) {
      for (Process process : spawned) {
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      }
      while (ended.size() < spawned.size()) {
        mailbox.add(waitForMessage());
      }
    }
  }

  private Message waitForMessage() throws InterruptedException {
    Message message = mailbox.poll(20, TimeUnit.SECONDS);
    assertThat(message).isNotNull();
    return message;
  }

  private final class News implements ProcessListener {
    @Override
    public void exited(WorkerId worker, int exitCode) {
      mailbox.add(new Message.WorkerExited(worker, exitCode));
      ended.add(worker);
    }

    @Override
    public void forked(WorkerId worker, long pid) {
      mailbox.add(new Message.WorkerForked(worker));
    }

    @Override
    public void launchFailed(WorkerId worker, String problem) {
      mailbox.add(new Message.LaunchFailed(worker, problem));
    }

    @Override
    public void processesFound() {
      mailbox.add(new Message.ProcessesFound());
    }
  }

  /** All workers that it is asked about wait for a job. */
  private final class SlowRq implements RqView {
    private final Executor thread = slowThread();

    @Override
    public void requestSample(Set<String> workerNames, Set<String> deadNames, boolean everywhere) {
      Set<String> names = Set.copyOf(workerNames);
      thread.execute(() -> mailbox.add(new Message.SampleTaken(sample(names))));
    }

    private RqSnapshot sample(Set<String> names) {
      Map<String, RqWorker> workers = new HashMap<>();
      for (String name : names) {
        workers.put(
            name,
            RqWorkerDraft.rqWorker(name)
                .state(WorkerState.IDLE)
                .heartbeat(now.toString())
                .serving("default")
                .read());
      }
      RqQueue queue = new RqQueue("default", 0, Optional.empty(), 0);
      return new RqSnapshot(now, List.of(queue), workers, Map.of(), Map.of(), false, 0, 0);
    }

    @Override
    public void requestJobs(Set<String> workerNames, Tick at) {
      Map<String, JobInHand> none =
          workerNames.stream().collect(Collectors.toMap(name -> name, name -> JobInHand.NONE));
      thread.execute(() -> mailbox.add(new Message.JobsFound(workerNames, none, at)));
    }

    @Override
    public void requestHanded(HandedQuestion question, Tick at) {
      Optional<HandedLook> nothing = Optional.of(new HandedLook(List.of(), Map.of(), true, ""));
      thread.execute(() -> mailbox.add(new Message.HandedFound(nothing, at)));
    }

    @Override
    public void putBack(HandedJob job) {
      thread.execute(() -> mailbox.add(new Message.PutBackTried(job, PutBack.NOT_NEEDED)));
    }
  }

  private Process spawn(ProcessBuilder builder) throws IOException {
    Process process = builder.command("sleep", "60").start();
    spawned.add(process);
    return process;
  }

  private ProcessLauncher launcher(LaunchThreads slow) throws IOException {
    LaunchSettings settings =
        new LaunchSettings(
            new PoolNames(poolId, "test", "test"),
            "python3",
            directory,
            new Program(List.of("sleep", "60"), List.of(), false, true, false),
            List.of("default"),
            new Preload(List.of(), Duration.ofMinutes(1)),
            "redis://127.0.0.1:1");
    return new ProcessLauncher(
        settings,
        new PythonFiles(directory, poolId),
        directory,
        new RestartBackoff(() -> 0),
        slow,
        new News(),
        new ProcessHost(this::spawn, new ProcessRoom(directory, directory)));
  }

  private Supervisor supervisor(ProcessLauncher launcher, Executor files) {
    Controls controls =
        new Controls(
            new Identity("test", poolId, "here", 1, "0", "redis://here", Instant.EPOCH),
            new SizeSettings(2, 5, new Aim.Utilization(0.5)),
            new SizeOverrideFile(directory, poolId, files),
            sizeSettings -> Optional.empty(),
            aim -> ScalingPolicy.utilization(0.5),
            Optional.of(shown::set),
            () -> DroppedLines.NONE);
    Inbox inbox = this::take;
    SupervisorRules rules =
        new SupervisorRules(
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            false,
            new PoolRules(1, true, Duration.ofSeconds(30), Optional.empty()),
            RecycleRules.NONE);
    SupervisorPorts ports =
        new SupervisorPorts(
            () -> now, inbox, new SlowRq(), names -> {}, launcher, new RestartBackoff(() -> 0));
    return new Supervisor(
        ports, rules, controls, new HistoryFile(directory.resolve("history"), files));
  }

  private void at(int seconds, Runnable work) {
    script.add(new Later(now.plus(Duration.ofSeconds(seconds)), work));
  }

  /** A pool starts, loses a worker, is scaled by an operator, and stops. */
  private int story(LaunchThreads slow) throws Exception {
    Supervisor supervisor = supervisor(launcher(slow), slow.files());
    at(20, () -> kill(spawned.get(0)));
    at(
        40,
        () ->
            mailbox.add(new Message.Operator(new Command.Scale(3), "operator test", answers::add)));
    at(60, () -> mailbox.add(new Message.StopRequest("SIGTERM")));
    return supervisor.run();
  }

  private void kill(Process process) {
    process.destroyForcibly();
    while (ended.isEmpty()) { // in real time
      Thread.onSpinWait();
    }
  }

  @Test
  void noTurnWaitsForAPort() throws Exception {
    int exitCode = story(new LaunchThreads(slowThread(), slowThread(), slowThread()));

    assertThat(exitCode).isZero();
    assertThat(spawned).as("two, one in place of the killed one, one for an operator").hasSize(4);
    assertThat(answers).hasSize(1);
    assertThat(longest).isLessThan(SHORT);
    assertThat(shown.get().loop().longestTurn()).isLessThan(SHORT);
    assertThat(Files.readString(directory.resolve("history"))).contains("worker_ready");
  }

  /** The test above can detect a turn that waits. */
  @Test
  void aTurnThatWaitsForAPortIsSeen() throws Exception {
    story(new LaunchThreads(this::atOnce, slowThread(), slowThread()));
    assertThat(longest).isGreaterThanOrEqualTo(SLOW);
  }
}
