package io.rqorchestrator.process;

import static io.rqorchestrator.time.Ticks.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.process.ProcessTable.ProcessEntry;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LiveWorkersTest {

  private static final WorkerId W1 = new WorkerId(1);
  private static final WorkerId W2 = new WorkerId(2);

  private final Map<Long, ProcessEntry> table = new HashMap<>();
  private final LiveWorkers workers = new LiveWorkers(pid -> Optional.ofNullable(table.get(pid)));

  @BeforeEach
  void twoAreThere() {
    table.put(101L, process(101, 5000));
    table.put(102L, process(102, 5001));
    workers.add(W1, 101, 5000);
    workers.add(W2, 102, 5001);
  }

  @Test
  void aWorkerThatIsThereIsNotLost() {
    assertThat(workers.lost(at(0))).isEmpty();
    assertThat(workers.lost(at(10))).isEmpty();
    assertThat(workers.lost(at(20))).isEmpty();
  }

  /** After one look the report of its end may still be on its way. */
  @Test
  void aWorkerThatIsGoneInTwoLooksIsLost() {
    assertThat(workers.lost(at(0))).isEmpty();
    table.remove(101L);
    assertThat(workers.lost(at(9))).isEmpty();
    assertThat(workers.lost(at(10))).isEmpty();
    assertThat(workers.lost(at(19))).isEmpty();
    assertThat(workers.lost(at(20))).containsExactly(Map.entry(W1, 101L));
  }

  @Test
  void aPidThatBelongsToAnotherProcessByNowIsGone() {
    table.put(102L, process(102, 9000));
    assertThat(workers.lost(at(0))).isEmpty();
    assertThat(workers.lost(at(10))).containsExactly(Map.entry(W2, 102L));
  }

  @Test
  void anEndIsReportedOnce() {
    assertThat(workers.remove(W1)).isTrue();
    assertThat(workers.remove(W1)).isFalse();
    table.clear();
    assertThat(workers.lost(at(0))).isEmpty();
    assertThat(workers.lost(at(10))).containsExactly(Map.entry(W2, 102L));
  }

  private static ProcessEntry process(long pid, long start) {
    return new ProcessEntry(pid, 1, pid, pid, 0, false, start);
  }
}
