package io.rqorchestrator.scaling;

import static io.rqorchestrator.scaling.Given.active;
import static io.rqorchestrator.scaling.Reason.Code.BACKLOG;
import static io.rqorchestrator.scaling.Reason.Code.LAST_WORKER;
import static io.rqorchestrator.scaling.Reason.Code.NOTHING_TO_DO;
import static io.rqorchestrator.scaling.Reason.Code.STAFFING;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetWaitPolicyTest {

  private final Policy policy = policy(1);

  @Test
  void staffsForTheMeasuredLoad() {
    assertThat(policy.want(active(2).load(2).busy(2).input()))
        .isEqualTo(
            new Want(
                4,
                STAFFING,
                "load 2.00 needs 4 for waits of 1s",
                "busy 2, mean 1s, load 2.00, window 30s, queued 0"));
  }

  @Test
  void startsWhatABacklogNeedsAtOnce() {
    assertThat(policy.want(active(1).busy(1).load(0.1).queued(40).meanService(0.5).input()))
        .isEqualTo(
            new Want(
                21, BACKLOG, "backlog 40", "busy 1, mean 0.5s, load 0.10, window 30s, queued 40"));
  }

  /** busy + ceil(min(queued, queued x mean service time / target) - soon free). */
  @ParameterizedTest
  @CsvSource({
    "3, 10, 0.1, 3",
    "3, 31, 0.1, 4",
    "3, 10, 1.0, 12",
    "3, 10, 60., 13",
    "3, 1, 0.001, 3",
    "0, 1000000, 0.01, 10000",
  })
  void oneLaneForEachTargetOfQueuedWork(int busy, long queued, double mean, int wanted) {
    Given given = active(busy).busy(busy).queued(queued).meanService(mean);

    assertThat(policy.want(given.input()).size()).isEqualTo(wanted);
  }

  @Test
  void aLongerTargetNeedsFewerLanes() {
    Policy patient = policy(10);

    assertThat(patient.want(active(1).busy(1).queued(40).meanService(0.5).input()).size())
        .isEqualTo(3);
  }

  /** Ten are there, one is busy, the others start: they are what the backlog waits for. */
  @Test
  void workersThatStartAnswerTheBacklogTheyWereStartedFor() {
    assertThat(policy.want(active(10).busy(1).queued(9).input()).size()).isEqualTo(10);
  }

  @Test
  void aWorkerThatWillBeFreeInTimeIsCapacityForTheBacklog() {
    assertThat(policy.want(active(4).busy(4).queued(2).input()).size()).isEqualTo(4);
    assertThat(policy.want(active(4).busy(4).queued(3).input()).size()).isEqualTo(5);
  }

  @Test
  void idleWorkersOfOthersTakeTheirPartOfABacklog() {
    Given given = active(1).busy(1).queued(6).meanService(60);

    assertThat(policy.want(given.foreign(4, 0, 0).input()))
        .isEqualTo(
            new Want(
                3,
                BACKLOG,
                "backlog 6",
                "busy 1, foreign 0 busy, 4 idle, mean 1m, load 0.00, window 30s, queued 6"));
  }

  @Test
  void aBacklogThatOthersTakeAtOnceStartsNobody() {
    Given nobody = active(0).within(0, 8).queued(3).meanService(60);

    assertThat(policy.want(nobody.foreign(3, 0, 0).input()).size()).isZero();
    assertThat(policy.want(nobody.foreign(2, 0, 0).input()).size()).isOne();
    assertThat(policy.want(nobody.foreign(0, 5, 0).input()).size()).isPositive();
  }

  /**
   * Each sees the other's workers; together they are what one pool alone would be, and one more.
   */
  @ParameterizedTest
  @CsvSource({"8, 1", "8, 2", "40, 1", "3, 3", "1, 4"})
  void poolsThatShareAQueueStaffItsBacklogOnce(int queued, int otherPools) {
    int alone = policy.want(active(2).busy(2).queued(queued).meanService(60).input()).size() - 2;
    Given shared = active(2).busy(2).queued(queued).meanService(60);
    int each = policy.want(shared.foreign(0, 2 * otherPools, otherPools).input()).size() - 2;

    assertThat(each * (1 + otherPools)).isBetween(alone, alone + otherPools);
  }

  /** The mean is one of short jobs; a job that has lasted long is none of these. */
  @Test
  void aWorkerWhoseJobHasLastedForLongIsHardlyFreeInTime() {
    Given many = active(4).busy(4).queued(4).meanService(0.1);

    assertThat(policy.want(many.input()).size()).isEqualTo(4);
    assertThat(policy.want(many.busyFor(0.1).queued(40).input()).size()).isEqualTo(5);
    assertThat(policy.want(many.busyFor(50).input()).size()).isEqualTo(8);
  }

  @Test
  void aWorkerHeldByALongJobIsNoCapacityForTheBacklog() {
    assertThat(policy.want(active(4).busy(4).held(4).load(4).queued(1).input()).size())
        .isEqualTo(5);
  }

  /** Beside the four, what is left is half an erlang for two; pooled it would look like more. */
  @Test
  void aWorkerHeldByALongJobIsNoServerForTheOthers() {
    assertThat(policy.want(active(1).busy(4).held(4).load(4.5).input()).size()).isEqualTo(6);
    assertThat(policy.want(active(1).busy(4).load(4.5).input()).size()).isEqualTo(7);
  }

  /**
   * It began within the window: it is a part of an erlang, and so is what is left for the others.
   */
  @Test
  void aLongJobIsOnlySoMuchOfTheLoadAsTheWindowHolds() {
    assertThat(policy.want(active(1).busy(1).held(1).load(1).elapsed(30).input()).size())
        .isEqualTo(1);
    assertThat(
            policy
                .want(active(1).busy(2).held(1).load(1).recently(1.2).elapsed(122).input())
                .size())
        .as("half an erlang of the long job's, the other half of short ones")
        .isEqualTo(3);
  }

  /** Two seconds of one busy worker are no load of one erlang yet. */
  @Test
  void aWindowThatHasOnlyBegunTellsLittle() {
    assertThat(policy.want(active(1).load(1).elapsed(30).input()).size()).isEqualTo(3);
    assertThat(policy.want(active(1).load(1).elapsed(2).input()).size()).isEqualTo(1);
  }

  @Test
  void aBurstThatIsOverIsNothingToStaffFor() {
    assertThat(policy.want(active(1).load(2).recently(0).input()).size()).isZero();
    assertThat(policy.want(active(1).load(2).recently(0.5).input()).size()).isEqualTo(3);
    assertThat(policy.want(active(1).load(2).recently(4).input()).size()).isEqualTo(4);
  }

  @Test
  void aLittleLessLoadDoesNotShrinkThePool() {
    int size = policy.want(active(1).load(2.7).input()).size();

    assertThat(policy.want(active(size).load(2.6).input()).size()).isEqualTo(size);
    assertThat(policy.want(active(size).load(1.0).input()).size()).isLessThan(size);
  }

  @Test
  void wantsNobodyWhereThereIsNothingToDo() {
    Want want = policy.want(active(3).within(0, 5).input());

    assertThat(want.size()).isZero();
    assertThat(want.code()).isEqualTo(NOTHING_TO_DO);
  }

  @Test
  void theLastWorkerStaysUntilAWholeWindowWasQuiet() {
    assertThat(policy.want(active(1).within(0, 5).quiet(29).input()).code()).isEqualTo(LAST_WORKER);
  }

  @Test
  void aWaitingJobStartsTheFirstWorker() {
    assertThat(policy.want(active(0).within(0, 5).queued(1).meanService(0.01).input()).size())
        .isEqualTo(1);
  }

  private static Policy policy(int seconds) {
    return new TargetWaitPolicy(
        new TargetWait(Duration.ofSeconds(seconds), Duration.ofSeconds(5), Duration.ofMinutes(1)));
  }
}
