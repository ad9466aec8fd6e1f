package io.rqorchestrator.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.pool.Survivor;
import io.rqorchestrator.process.LaunchSettings.PoolNames;
import io.rqorchestrator.process.LaunchSettings.Preload;
import io.rqorchestrator.process.LaunchSettings.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that look like workers of the pool, and their users as this test says. */
class PoolProcessScanTest {

  private static final int SOMEBODY_ELSE = 4711;

  private final String poolId = "test-" + UUID.randomUUID();
  private final Map<Long, Integer> users = new HashMap<>();
  private Optional<Process> process = Optional.empty();

  @TempDir Path directory;

  @AfterEach
  void leavesNothingBehind() {
    process.ifPresent(Process::destroyForcibly);
  }

  @Test
  void aProcessWithTheMarkOfThePoolIsItsWorkerAndHasItsToken() throws Exception {
    long pid = begins();

    assertThat(scan().workers())
        .singleElement()
        .returns(pid, Survivor::pid)
        .returns("its-token", Survivor::token);
  }

  /** Somebody else may set the mark to make root signal a process or count it as the pool's. */
  @Test
  void aProcessOfAnotherUserIsNoWorkerWhateverItsMark() throws Exception {
    users.put(begins(), SOMEBODY_ELSE);

    assertThat(scan().workers()).isEmpty();
    assertThat(scan().startedBy(ProcessHandle.current().pid())).isEmpty();
  }

  @Test
  void aUserThatAWorkerOfThePoolHasBecomeIsTheirs() throws Exception {
    long pid = begins();
    users.put(pid, SOMEBODY_ELSE);
    PoolProcessScan scan = scan();

    assertThat(scan.orphans(Set.of(pid))).isEmpty();
    assertThat(scan.workers()).hasSize(1);
  }

  @Test
  void theOwnerOfAProcessIsRead() throws Exception {
    Object ours = java.nio.file.Files.getAttribute(Path.of("/proc/self"), "unix:uid");

    assertThat(ProcessTable.owner(ProcessHandle.current().pid())).hasValue((Integer) ours);
    assertThat(ProcessTable.owner(Integer.MAX_VALUE)).isEmpty();
  }

  private long begins() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", "read wait", directory + "/" + poolId + "-worker_host.py");
    builder.environment().put(WorkerCommandLine.POOL_VARIABLE, poolId);
    builder.environment().put(WorkerToken.VARIABLE, "its-token");
    Process started = builder.start();
    process = Optional.of(started);
    return started.pid();
  }

  private PoolProcessScan scan() throws IOException {
    LaunchSettings settings =
        new LaunchSettings(
            new PoolNames(poolId, "test", "test"),
            "python3",
            directory,
            new Program(List.of("manage.py"), List.of(), true, false, true),
            List.of("default"),
            new Preload(List.of(), Duration.ofSeconds(60)),
            "redis://here");
    return new PoolProcessScan(
        poolId,
        new PythonFiles(directory, poolId),
        new WorkerCommandLine(settings),
        pid -> Optional.ofNullable(users.get(pid)).or(() -> ProcessTable.owner(pid)));
  }
}
