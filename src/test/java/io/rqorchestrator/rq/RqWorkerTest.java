package io.rqorchestrator.rq;

import static io.rqorchestrator.rq.Readings.derived;
import static io.rqorchestrator.rq.Readings.exact;
import static io.rqorchestrator.rq.RqWorkerDraft.rqWorker;
import static io.rqorchestrator.time.Ticks.at;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RqWorkerTest {

  @Test
  void isIdleByItsWord() {
    RqWorker worker = rqWorker("a").state(WorkerState.IDLE).read();

    assertThat(worker.isIdle()).isTrue();
    assertThat(worker.isBusy()).isFalse();
  }

  @Test
  void isBusyByItsWord() {
    RqWorker worker = rqWorker("a").state(WorkerState.BUSY).busy(derived(3)).read();

    assertThat(worker.isBusy()).isTrue();
    assertThat(worker.isIdle()).isFalse();
  }

  /** RQ writes {@code busy} only some milliseconds after the job has left its queue. */
  @Test
  void aStretchInProgressSpeaksAgainstIdle() {
    RqWorker worker = rqWorker("a").state(WorkerState.IDLE).busy(exact(3, at(1))).read();

    assertThat(worker.isBusy()).isTrue();
    assertThat(worker.isIdle()).isFalse();
  }

  @Test
  void aDeadWorkerIsNotIdle() {
    assertThat(rqWorker("a").dead().read().isIdle()).isFalse();
  }

  @Test
  void ofAnUnreadableOneNothingIsKnownButItsName() {
    RqWorker worker = RqWorker.unreadable("a");

    assertThat(worker.name()).isEqualTo("a");
    assertThat(worker.isIdle()).isFalse();
    assertThat(worker.isBusy()).isFalse();
    assertThat(worker.busy()).isEmpty();
    assertThat(worker.state().canBeSignalled()).isFalse();
  }
}
