package io.rqorchestrator.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker needs 4 places, and 12 are kept: it is held back when fewer than 16 are left. */
class ProcessRoomTest {

  private static final long WORKER = 20;

  private Path root;

  @BeforeEach
  void begin(@TempDir Path directory) throws IOException {
    root = directory;
    file("proc/self/status", "Name:\tjava\nUid:\t1000\t1000\t1000\t1000\n");
    file("proc/loadavg", "0.1 0.2 0.3 2/5000 77\n");
  }

  @Test
  void withoutALimitThereIsRoom() throws IOException {
    limit("unlimited");
    file("proc/self/cgroup", "0::/a\n");
    file("cgroup/a/pids.max", "max\n");
    file("cgroup/a/pids.current", "9000\n");

    assertThat(room().shortage(List.of(WORKER), 0)).isEmpty();
  }

  @Test
  void whereNothingCanBeReadThereIsRoom() {
    assertThat(new ProcessRoom(root.resolve("no"), root.resolve("no")).shortage(List.of(), 0))
        .isEmpty();
  }

  @Test
  void theUsersThreadsAreCountedAndNobodyElses() throws IOException {
    limit("100");
    process(10, 1, 60, 1000);
    process(11, 1, 900, 1001);
    assertThat(room().shortage(List.of(), 0)).isEmpty();

    process(12, 1, 24, 1000);
    assertThat(room().shortage(List.of(), 0)).as("16 are left").isEmpty();

    process(13, 1, 1, 1000);
    assertThat(room().shortage(List.of(), 0))
        .hasValue(
            "15 of 100 processes are left to user 1000, and a worker needs 4, with 12 in reserve"
                + " for a stop; raise ulimit -u (LimitNPROC=), or lower --max-workers");
  }

  @Test
  void aWorkerIsCreditedWithWhatItWillNeed() throws IOException {
    limit("100");
    process(10, 1, 82, 1000);
    process(WORKER, 10, 1, 1000);
    assertThat(room().shortage(List.of(WORKER), 0)).as("it is to start two more").isPresent();

    process(21, WORKER, 1, 1000);
    process(22, 21, 1, 1000);
    process(10, 1, 81, 1000);
    assertThat(room().shortage(List.of(WORKER), 0)).as("it has started two").isEmpty();
  }

  @Test
  void aWorkerThatCameSinceTheCountIsCreditedInFull() throws IOException {
    limit("100");
    process(10, 1, 82, 1000);
    ProcessRoom room = room();
    assertThat(room.shortage(List.of(), 0)).isEmpty();
    assertThat(room.shortage(List.of(WORKER), 0)).isPresent();

    process(10, 1, 40, 1000);
    assertThat(room.shortage(List.of(WORKER), 0)).as("still this turn").isPresent();
    room.turn();
    assertThat(room.shortage(List.of(WORKER), 0)).isEmpty();
  }

  @Test
  void aWorkerWithoutAProcessYetIsCreditedInFull() throws IOException {
    limit("100");
    process(10, 1, 81, 1000);
    assertThat(room().shortage(List.of(), 0)).isEmpty();
    assertThat(room().shortage(List.of(), 1)).isPresent();
  }

  @Test
  void theKernelHoldsRootToNoLimitOfTheUser() throws IOException {
    limit("100");
    file("proc/self/status", "Name:\tjava\nUid:\t0\t0\t0\t0\n");
    process(10, 1, 99, 0);

    assertThat(room().shortage(List.of(), 0)).isEmpty();
  }

  @Test
  void theTightestGroupCounts() throws IOException {
    file("proc/self/cgroup", "0::/system.slice/rq.service\n");
    file("cgroup/system.slice/rq.service/pids.max", "max\n");
    file("cgroup/system.slice/rq.service/pids.current", "30\n");
    file("cgroup/system.slice/pids.max", "50\n");
    file("cgroup/system.slice/pids.current", "34\n");
    assertThat(room().shortage(List.of(), 0)).isEmpty();

    file("cgroup/system.slice/pids.current", "35\n");
    assertThat(room().shortage(List.of(), 0).orElse(""))
        .startsWith("15 of 50 processes are left to control group ")
        .contains("raise its pids.max (TasksMax=)");
  }

  @Test
  void readsTheOldControlGroupsToo() throws IOException {
    file("proc/self/cgroup", "8:pids:/docker/ab\n0::/\n");
    file("cgroup/pids/pids.max", "50\n");
    file("cgroup/pids/pids.current", "40\n");

    assertThat(room().shortage(List.of(), 0)).as("inside a container").isPresent();
  }

  private ProcessRoom room() {
    return new ProcessRoom(root.resolve("proc"), root.resolve("cgroup"));
  }

  private void limit(String processes) throws IOException {
    file(
        "proc/self/limits",
        "Limit                     Soft Limit           Hard Limit           Units     \n"
            + "Max processes             "
            + processes
            + "                 96365                processes \n");
  }

  private void process(long pid, long parent, int threads, int user) throws IOException {
    file(
        "proc/" + pid + "/status",
        "Name:\tx\nPPid:\t"
            + parent
            + "\nUid:\t"
            + user
            + "\t0\t0\t0\nThreads:\t"
            + threads
            + "\n");
  }

  private void file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
