package io.rqorchestrator.supervisor;

import static io.rqorchestrator.rq.RqWorkerDraft.rqWorker;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.MemoryEvent;
import io.rqorchestrator.pool.Footprint;
import io.rqorchestrator.pool.MemoryGauge;
import io.rqorchestrator.pool.Overhead;
import io.rqorchestrator.pool.Pool;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.Worker;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.supervisor.PoolMemory.WorkerFootprint;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PoolMemoryTest {

  private static final Tick BEGIN = new Tick(0, Instant.EPOCH);

  /** Processes of given weights. */
  private static final class Scales implements MemoryGauge {
    private final Map<Long, Long> weights = new HashMap<>();
    private int overheadReadings;

    @Override
    public Optional<Footprint> memory(long pid) {
      return Optional.ofNullable(weights.get(pid)).map(weight -> new Footprint(weight, weight));
    }

    @Override
    public OptionalLong available() {
      return OptionalLong.empty();
    }

    @Override
    public Optional<Overhead> overhead() {
      overheadReadings++;
      return Optional.of(new Overhead(40, 15));
    }
  }

  private final Scales scales = new Scales();
  private final PoolMemory memory = new PoolMemory(scales);

  private static Tick after(long seconds) {
    return BEGIN.plus(Duration.ofSeconds(seconds));
  }

  private Pool poolOf(int size) {
    Pool pool = Pool.EMPTY;
    for (int number = 1; number <= size; number++) {
      scales.weights.put(100L + number, (long) number);
      Worker started =
          Worker.started(new WorkerId(number), 100 + number, Role.CORE, true, BEGIN, 0);
      pool = pool.with(started.seen(rqWorker("w" + number).read(), BEGIN));
    }
    return pool;
  }

  @Test
  void everyWorkerHasItsTurnWithinTenSecondsAndNoneIsReadTwiceBeforeAllWere() {
    Pool pool = poolOf(25);
    Set<WorkerId> read = new HashSet<>();
    for (int second = 0; second < 8; second++) {
      for (WorkerFootprint reading : memory.read(pool, after(second))) {
        assertThat(read.add(reading.worker().id())).isTrue();
      }
    }

    assertThat(read).hasSize(24);
    assertThat(memory.read(pool, after(8))).hasSize(3);
    assertThat(memory.of(new WorkerId(25))).hasValue(25);
  }

  @Test
  void nothingIsReadTwiceWithinASecond() {
    Pool pool = poolOf(3);
    assertThat(memory.read(pool, BEGIN)).hasSize(1);
    assertThat(memory.read(pool, BEGIN.plus(Duration.ofMillis(900)))).isEmpty();
    assertThat(memory.read(pool, after(1))).hasSize(1);
  }

  @Test
  void aWorkerThatCannotBeReadHasNoWeight() {
    Pool pool = poolOf(1);
    scales.weights.clear();
    assertThat(memory.read(pool, BEGIN)).isEmpty();
    assertThat(memory.of(new WorkerId(1))).isEmpty();
  }

  @Test
  void aWorkerThatHasGoneIsForgotten() {
    assertThat(memory.read(poolOf(1), BEGIN)).hasSize(1);
    assertThat(memory.read(Pool.EMPTY, after(1))).isEmpty();
    assertThat(memory.of(new WorkerId(1))).isEmpty();
  }

  private Optional<Event> reported(Pool pool) {
    List<Event> events = new ArrayList<>();
    memory.report(pool, (at, event) -> events.add(event), BEGIN);
    return events.stream().findFirst();
  }

  @Test
  void theSumIsReportedWhenAllWereReadAndAgainWhenItHasChangedByATenth() {
    Pool pool = poolOf(3);
    memory.read(pool, BEGIN);
    memory.read(pool, after(1));
    assertThat(reported(pool)).isEmpty();
    memory.read(pool, after(2));
    assertThat(reported(pool)).hasValue(new MemoryEvent.MemoryTaken(61, 40, 15, 3, 1, 3));
    assertThat(reported(pool)).isEmpty();

    scales.weights.put(101L, 7L);
    memory.read(pool, after(3));
    assertThat(reported(pool)).as("6 more").isEmpty();
    scales.weights.put(102L, 3L);
    memory.read(pool, after(4));
    assertThat(reported(pool)).hasValue(new MemoryEvent.MemoryTaken(68, 40, 15, 3, 3, 7));
  }

  @Test
  void nothingIsReportedOfAPoolWithoutWorkers() {
    memory.read(Pool.EMPTY, BEGIN);
    assertThat(reported(Pool.EMPTY)).isEmpty();
  }

  @Test
  void theDaemonItselfIsReadNowAndThen() {
    for (int second = 0; second < 20; second++) {
      assertThat(memory.read(Pool.EMPTY, after(second))).isEmpty();
    }
    assertThat(memory.overhead()).contains(new Overhead(40, 15));
    assertThat(scales.overheadReadings).isEqualTo(2);
  }
}
