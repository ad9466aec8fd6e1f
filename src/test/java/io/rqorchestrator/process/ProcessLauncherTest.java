package io.rqorchestrator.process;

import static io.rqorchestrator.time.Ticks.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.pool.ProcessListener;
import io.rqorchestrator.pool.RestartBackoff;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.WorkerHandle;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.process.LaunchSettings.PoolNames;
import io.rqorchestrator.process.LaunchSettings.Preload;
import io.rqorchestrator.process.LaunchSettings.Program;
import io.rqorchestrator.time.Later;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** At the host's limit of threads the JVM starts a process and throws. */
class ProcessLauncherTest {

  private static final WorkerId FIRST = new WorkerId(1);
  private static final WorkerId SECOND = new WorkerId(2);

  private final String poolId = "test-" + UUID.randomUUID();
  private final List<Process> spawned = new ArrayList<>();
  private final BlockingQueue<WorkerId> ended = new LinkedBlockingQueue<>();
  private final List<String> reported = new ArrayList<>();
  private final Later starts = new Later();
  private Runnable whileSpawning = () -> {};
  private boolean atLimit;
  private boolean isEndUnreported;

  @TempDir Path directory;

  @AfterEach
  void leavesNothingBehind() {
    spawned.forEach(Process::destroyForcibly);
  }

  @Test
  void aProcessThatNobodyCouldWaitForIsEnded() throws Exception {
    ProcessLauncher launcher = launcher(List.of());
    atLimit = true;

    WorkerHandle worker = launcher.launch(FIRST, Role.CORE, false);
    starts.works();
    assertThat(worker.pid()).isZero();
    assertThat(reported).hasSize(1);
    assertThat(reported.get(0))
        .startsWith("w1 failed: ")
        .contains("unable to create native thread")
        .contains("TasksMax=");
    assertThat(spawned.get(0).waitFor(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void workersThatWereStartedBeforeLiveOn() throws Exception {
    ProcessLauncher launcher = launcher(List.of());
    WorkerHandle before = launcher.launch(FIRST, Role.CORE, false);
    starts.works();
    atLimit = true;
    launcher.launch(SECOND, Role.CORE, false);
    starts.works();

    assertThat(spawned.get(1).waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThat(spawned.get(0).isAlive()).isTrue();
    assertThat(spawned.get(0).pid()).isEqualTo(before.pid());
    before.kill();
    assertThat(ended.poll(5, TimeUnit.SECONDS)).isEqualTo(FIRST);
  }

  // Starts do not delay the caller.

  @Test
  void aWorkerHasItsProcessLaterAndThatIsReported() throws Exception {
    ProcessLauncher launcher = launcher(List.of());
    WorkerHandle worker = launcher.launch(FIRST, Role.CORE, false);
    assertThat(spawned).isEmpty();
    assertThat(worker.pid()).isZero();
    assertThat(worker.token()).isNotEmpty();

    starts.works();
    assertThat(reported).containsExactly("w1 forked as " + spawned.get(0).pid());
    assertThat(worker.pid()).isEqualTo(spawned.get(0).pid());
  }

  @Test
  void aSignalThatComesBeforeTheProcessIsKept() throws Exception {
    ProcessLauncher launcher = launcher(List.of());
    WorkerHandle worker = launcher.launch(FIRST, Role.CORE, false);
    whileSpawning = worker::kill;
    starts.works();

    assertThat(reported).containsExactly("w1 forked as " + spawned.get(0).pid());
    assertThat(ended.poll(5, TimeUnit.SECONDS)).isEqualTo(FIRST);
  }

  @Test
  void aWorkerThatIsNotWantedAnyMoreIsNotStarted() throws Exception {
    ProcessLauncher launcher = launcher(List.of());
    launcher.launch(FIRST, Role.CORE, false).terminate();
    starts.works();

    assertThat(spawned).isEmpty();
    assertThat(reported).containsExactly("w1 failed: not wanted any more");
  }

  @Test
  void aForkServerThatNobodyCouldWaitForIsEnded() throws Exception {
    atLimit = true;
    ProcessLauncher launcher = launcher(List.of("rq"));

    assertThat(launcher.preload()).isCompletedExceptionally();
    assertThat(spawned.get(0).waitFor(5, TimeUnit.SECONDS)).isTrue();
  }

  /** At that limit reports of exits get lost as well. */
  @Test
  void anEndThatTheJvmDoesNotReportIsNoticed() throws Exception {
    ProcessLauncher launcher = launcher(List.of());
    isEndUnreported = true;
    WorkerHandle worker = launcher.launch(FIRST, Role.CORE, false);
    starts.works();
    worker.kill();
    assertThat(spawned.get(0).waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThat(ended).isEmpty();

    for (int second = 0; second < 25; second++) {
      launcher.tend(true, at(second));
      starts.works();
    }

    assertThat(ended).containsExactly(FIRST);
  }

  private Process spawn(ProcessBuilder builder) throws IOException {
    Process process = builder.command("sleep", "60").start();
    spawned.add(process);
    whileSpawning.run();
    if (atLimit) {
      throw new OutOfMemoryError("unable to create native thread");
    }
    return isEndUnreported ? new UnreportedEnd(process) : process;
  }

  private final class News implements ProcessListener {
    @Override
    public void exited(WorkerId worker, int exitCode) {
      ended.add(worker);
    }

    @Override
    public void forked(WorkerId worker, long pid) {
      reported.add(worker + " forked as " + pid);
    }

    @Override
    public void launchFailed(WorkerId worker, String problem) {
      reported.add(worker + " failed: " + problem);
    }
  }

  /** A process whose end is not reported. */
  private static final class UnreportedEnd extends Process {

    private final Process process;

    private UnreportedEnd(Process process) {
      this.process = process;
    }

    @Override
    public CompletableFuture<Process> onExit() {
      return new CompletableFuture<>();
    }

    @Override
    public ProcessHandle toHandle() {
      return process.toHandle();
    }

    @Override
    public long pid() {
      return process.pid();
    }

    @Override
    public OutputStream getOutputStream() {
      return process.getOutputStream();
    }

    @Override
    public InputStream getInputStream() {
      return process.getInputStream();
    }

    @Override
    public InputStream getErrorStream() {
      return process.getErrorStream();
    }

    @Override
    public int waitFor() throws InterruptedException {
      return process.waitFor();
    }

    @Override
    public int exitValue() {
      return process.exitValue();
    }

    @Override
    public void destroy() {
      process.destroy();
    }
  }

  private ProcessLauncher launcher(List<String> preload) throws IOException {
    LaunchSettings settings =
        new LaunchSettings(
            new PoolNames(poolId, "test", "test"),
            "python3",
            directory,
            new Program(List.of("sleep", "60"), List.of(), false, false, false),
            List.of("default"),
            new Preload(preload, Duration.ofMinutes(1)),
            "redis://127.0.0.1:1");
    return new ProcessLauncher(
        settings,
        new PythonFiles(directory, poolId),
        directory,
        new RestartBackoff(new SplittableRandom(1)),
        new LaunchThreads(starts, Runnable::run, new Later()),
        new News(),
        new ProcessHost(this::spawn, new ProcessRoom(directory, directory)));
  }
}
