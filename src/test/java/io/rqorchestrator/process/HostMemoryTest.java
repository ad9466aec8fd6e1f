package io.rqorchestrator.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostMemoryTest {

  private Path root;

  @BeforeEach
  void begin(@TempDir Path directory) {
    root = directory;
  }

  @Test
  void isWhatTheKernelCallsAvailable() throws IOException {
    file("proc/meminfo", "MemTotal:  8000000 kB\nMemFree: 100 kB\nMemAvailable:  4000 kB\n");

    assertThat(memory().available()).hasValue(4000L << 10);
  }

  @Test
  void isWhatTheTightestGroupLeaves() throws IOException {
    file("proc/meminfo", "MemAvailable:  4000000 kB\n");
    file("proc/self/cgroup", "0::/system.slice/rq.service\n");
    file("cgroup/system.slice/rq.service/memory.max", "max\n");
    file("cgroup/system.slice/rq.service/memory.current", "900\n");
    file("cgroup/system.slice/memory.max", "5000\n");
    file("cgroup/system.slice/memory.current", "3000\n");

    assertThat(memory().available()).hasValue(2000);
  }

  @Test
  void cacheThatCanBeDroppedIsFree() throws IOException {
    file("proc/self/cgroup", "0::/a\n");
    file("cgroup/a/memory.max", "5000\n");
    file("cgroup/a/memory.current", "4900\n");
    file("cgroup/a/memory.stat", "anon 4000\ninactive_file 700\nactive_file 200\n");

    assertThat(memory().available()).hasValue(800);
  }

  @Test
  void readsTheOldControlGroupsToo() throws IOException {
    file("proc/self/cgroup", "5:devices:/x\n4:cpu,memory:/docker/ab\n0::/\n");
    file("cgroup/memory/memory.limit_in_bytes", "6000\n");
    file("cgroup/memory/memory.usage_in_bytes", "5000\n");
    file("cgroup/memory/memory.stat", "inactive_file 1\ntotal_inactive_file 500\n");

    assertThat(memory().available()).as("inside a container the path is not there").hasValue(1500);
  }

  @Test
  void aGroupAboveItsLimitLeavesNothing() throws IOException {
    file("proc/self/cgroup", "0::/a\n");
    file("cgroup/a/memory.max", "5000\n");
    file("cgroup/a/memory.current", "5100\n");

    assertThat(memory().available()).hasValue(0);
  }

  @Test
  void isUnknownWhereNothingCanBeRead() {
    assertThat(memory().available()).isEmpty();
  }

  @Test
  void canBeReadHere() {
    assertThat(HostMemory.ofThisProcess().available()).isPresent();
  }

  private HostMemory memory() {
    return new HostMemory(root.resolve("proc"), root.resolve("cgroup"));
  }

  private void file(String name, String content) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
