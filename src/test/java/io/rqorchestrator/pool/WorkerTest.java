package io.rqorchestrator.pool;

import static io.rqorchestrator.pool.Workers.adopted;
import static io.rqorchestrator.pool.Workers.busy;
import static io.rqorchestrator.pool.Workers.draining;
import static io.rqorchestrator.pool.Workers.idle;
import static io.rqorchestrator.pool.Workers.plain;
import static io.rqorchestrator.pool.Workers.seen;
import static io.rqorchestrator.pool.Workers.starting;
import static io.rqorchestrator.pool.Workers.unread;
import static io.rqorchestrator.rq.RqWorkerDraft.rqWorker;
import static io.rqorchestrator.time.Ticks.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.pool.WorkerPhase.Draining;
import io.rqorchestrator.pool.WorkerPhase.Running;
import io.rqorchestrator.pool.WorkerPhase.Starting;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.rq.RqWorkerDraft;
import io.rqorchestrator.rq.WorkerState;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WorkerTest {

  @Test
  void beginsWithoutARecord() {
    Worker worker = Worker.started(new WorkerId(7), 4711, Role.CORE, true, at(5), 2);

    assertThat(worker.phase()).isEqualTo(new Starting());
    assertThat(worker.record()).isEmpty();
    assertThat(worker.rqName()).isEmpty();
    assertThat(worker.isActive()).isTrue();
    assertThat(worker.isIdle()).isFalse();
    assertThat(worker.isBusy()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"IDLE", "BUSY", "SUSPENDED"})
  void isReadyOnceItHasShownThatItTakesJobs(WorkerState state) {
    assertThat(seen(starting(1), state).phase()).isEqualTo(new Running(at(3)));
  }

  @ParameterizedTest
  @EnumSource(names = {"UNKNOWN", "STARTED"})
  void isNotReadyBefore(WorkerState state) {
    assertThat(seen(starting(1), state).phase()).isEqualTo(new Starting());
  }

  @Test
  void isReadySinceItsFirstSight() {
    assertThat(seen(idle(1), WorkerState.BUSY).phase()).isEqualTo(new Running(at(1)));
  }

  @Test
  void aSightDoesNotEndADrain() {
    Worker worker = seen(draining(1, DrainStep.ASKED, 2), WorkerState.IDLE);

    assertThat(worker.phase())
        .isEqualTo(new Draining(DrainReason.RETIRE, DrainStep.ASKED, at(2), at(2), false));
    assertThat(worker.isActive()).isFalse();
    assertThat(worker.isIdle()).isFalse();
  }

  /** RQ's record of a worker that hangs lapses; what its host wrote stays. */
  @Test
  void isUnseenOnceItsRecordHasLapsed() {
    Worker beating = idle(1).seen(rqWorker("rq-1").heartbeat("10:00:00").read(), at(10));
    Worker lapsed = beating.seen(rqWorker("rq-1").read(), at(500));
    Worker stock = beating.seen(rqWorker("rq-1").guarded(Optional.empty()).read(), at(500));

    assertThat(beating.isSilent(at(500))).isFalse();
    assertThat(lapsed.isSilent(at(559.9))).isFalse();
    assertThat(lapsed.isSilent(at(560))).isTrue();
    assertThat(stock.isSilent(at(560))).isFalse();
  }

  @Test
  void isForgottenOnceRedisHasLostAllOfIt() {
    Worker beating = idle(1).seen(rqWorker("rq-1").heartbeat("10:00:00").read(), at(10));
    Worker lost = beating.seen(RqWorker.unreadable("rq-1"), at(500));

    assertThat(lost.isForgotten(at(559.9))).isFalse();
    assertThat(lost.isForgotten(at(560))).isTrue();
    assertThat(lost.isSilent(at(560))).isFalse();
    assertThat(lost.isWithoutJob(at(560))).as("nobody knows").isFalse();
  }

  /** Whose successor is there already does not hold a restart up; others have their room. */
  @ParameterizedTest
  @CsvSource({"RECYCLE, true", "UNRESPONSIVE, true", "RETIRE, false", "STOP, false"})
  void aRestartLeavesBehindWhatWasReplacedBeforeAndForgetsNoReason(
      DrainReason reason, boolean straggles) {
    Worker going = busy(1).draining(reason, DrainStep.ASKED, at(5));
    assertThat(going.isStraggler()).isFalse();

    Worker left = going.asStraggler();
    assertThat(left.isStraggler()).isEqualTo(straggles);
    assertThat(left.phase())
        .isEqualTo(new Draining(reason, DrainStep.ASKED, at(5), at(5), straggles));
    assertThat(left.draining(reason, DrainStep.COLD, at(9)).isStraggler()).isEqualTo(straggles);
  }

  @Test
  void takesTheNameOfItsRecord() {
    assertThat(idle(7).rqName()).contains("rq-7");
  }

  @Test
  void inOurHostItCanAlwaysBeAsked() {
    assertThat(starting(1).canBeAsked()).isTrue();
  }

  /** Before its handlers are in place SIGTERM is sudden death. */
  @Test
  void aPlainOneCanBeAskedOnceItsHandlersAreInPlace() {
    assertThat(plain(starting(1)).canBeAsked()).isFalse();
    assertThat(seen(plain(starting(1)), WorkerState.STARTED).canBeAsked()).isFalse();
    assertThat(seen(plain(starting(1)), WorkerState.IDLE).canBeAsked()).isTrue();
    assertThat(plain(busy(1)).canBeAsked()).isTrue();
  }

  /** A Redis that lost its data takes no handler away. */
  @Test
  void aPlainOneThatWasReadyCanBeAskedThoughItsRecordIsLost() {
    assertThat(plain(unread(1)).canBeAsked()).isTrue();
  }

  @Test
  void itsHeartbeatIsAsOldAsItsLastChange() {
    Worker worker = Worker.started(new WorkerId(7), 4711, Role.CORE, true, at(5), 2);
    assertThat(worker.beatAt()).isEqualTo(at(5));

    Worker beating = worker.seen(rqWorker("rq-7").heartbeat("one").read(), at(6));
    Worker silent = beating.seen(rqWorker("rq-7").heartbeat("one").read(), at(7));
    assertThat(silent.beatAt()).isEqualTo(at(6));

    assertThat(silent.seen(rqWorker("rq-7").heartbeat("two").read(), at(8)).beatAt())
        .isEqualTo(at(8));
    assertThat(silent.withBeatAt(at(9)).beatAt()).isEqualTo(at(9));
  }

  @Test
  void staysOutdatedWhateverIsSeenOfIt() {
    Worker outdated = starting(1).outdatedBy(DrainReason.RECYCLE);

    assertThat(seen(outdated, WorkerState.IDLE).outdated()).contains(DrainReason.RECYCLE);
    assertThat(outdated.draining(DrainReason.RECYCLE, DrainStep.ASKED, at(4)).outdated())
        .contains(DrainReason.RECYCLE);
  }

  @Test
  void isWithoutAJobIfItsRecordSaysSoOrNeverExisted() {
    assertThat(starting(1).isWithoutJob(at(500))).isTrue();
    assertThat(idle(1).isWithoutJob(at(500))).isTrue();
    assertThat(busy(1).isWithoutJob(at(500))).isFalse();
    assertThat(unread(1).isWithoutJob(at(500))).isFalse();
  }

  /** Whoever is at a job writes every half minute; so it never got there. */
  @Test
  void anAdoptedWorkerThatIsNotSeenForLongIsWithoutAJob() {
    assertThat(adopted(1).isWithoutJob(at(899))).isFalse();
    assertThat(adopted(1).isWithoutJob(at(900))).isTrue();
    assertThat(adopted(1).withBeatAt(at(50)).isWithoutJob(at(900))).isFalse();
    assertThat(plain(adopted(1)).isWithoutJob(at(10_000))).isFalse();
  }

  /** RQ's part of the record is gone, and its host's word is good for a day. */
  @Test
  void aWorkerWhoseRecordHasLapsedIsWithoutAJobIfItsHostSaysSo() {
    RqWorkerDraft lapsed = rqWorker("rq-1").state(WorkerState.UNKNOWN);

    assertThat(idle(1).seen(lapsed.read(), at(500)).isWithoutJob(at(500))).isTrue();
    assertThat(idle(1).seen(lapsed.guarded(Optional.empty()).read(), at(500)).isWithoutJob(at(500)))
        .isFalse();
    RqWorkerDraft holding = rqWorker("rq-1").job("j", at(400)).state(WorkerState.UNKNOWN);
    assertThat(idle(1).seen(holding.read(), at(500)).isWithoutJob(at(500))).isFalse();
  }

  @Test
  void namesItsJob() {
    assertThat(busy(7).job()).isEqualTo("job-7");
    assertThat(idle(7).job()).isEmpty();
    assertThat(starting(7).job()).isEmpty();
  }

  @Test
  void numbersAreInOrder() {
    assertThat(new WorkerId(9)).isLessThan(new WorkerId(10)).hasToString("w9");
  }
}
