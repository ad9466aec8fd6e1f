package io.rqorchestrator.pool;

import static io.rqorchestrator.pool.DrainReason.RECYCLE;
import static io.rqorchestrator.pool.DrainReason.RESTART;
import static io.rqorchestrator.pool.DrainReason.RETIRE;
import static io.rqorchestrator.pool.DrainReason.START_TIMEOUT;
import static io.rqorchestrator.pool.DrainReason.STOP;
import static io.rqorchestrator.pool.DrainReason.UNRESPONSIVE;
import static io.rqorchestrator.pool.DrainStep.ASKED;
import static io.rqorchestrator.pool.DrainStep.COLD;
import static io.rqorchestrator.pool.DrainStep.KILLED;
import static io.rqorchestrator.pool.DrainStep.MARKED;
import static io.rqorchestrator.pool.DrainStep.WOKEN;
import static io.rqorchestrator.pool.PoolMode.COLD_STOP;
import static io.rqorchestrator.pool.PoolMode.RUN;
import static io.rqorchestrator.pool.PoolMode.WAIT;
import static io.rqorchestrator.pool.Role.CORE;
import static io.rqorchestrator.pool.Role.ELASTIC;
import static io.rqorchestrator.pool.Workers.busy;
import static io.rqorchestrator.pool.Workers.core;
import static io.rqorchestrator.pool.Workers.draining;
import static io.rqorchestrator.pool.Workers.idle;
import static io.rqorchestrator.pool.Workers.outdated;
import static io.rqorchestrator.pool.Workers.plain;
import static io.rqorchestrator.pool.Workers.seen;
import static io.rqorchestrator.pool.Workers.startedAt;
import static io.rqorchestrator.pool.Workers.starting;
import static io.rqorchestrator.pool.Workers.straggler;
import static io.rqorchestrator.pool.Workers.unread;
import static io.rqorchestrator.rq.RqWorkerDraft.rqWorker;
import static io.rqorchestrator.time.Ticks.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.pool.PoolAction.AwaitIdle;
import io.rqorchestrator.pool.PoolAction.CheckJob;
import io.rqorchestrator.pool.PoolAction.DrainWorker;
import io.rqorchestrator.pool.PoolAction.GiveUp;
import io.rqorchestrator.pool.PoolAction.Refill;
import io.rqorchestrator.pool.PoolAction.StartWorker;
import io.rqorchestrator.rq.JobInHand;
import io.rqorchestrator.rq.WorkerState;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PoolPlannerTest {

  private static final Duration START_TIME = Duration.ofSeconds(30);
  private static final Tick NOW = at(10);

  private final PoolPlanner patient =
      new PoolPlanner(new PoolRules(1, true, START_TIME, Optional.empty()));
  private final PoolPlanner strict =
      new PoolPlanner(new PoolRules(1, true, START_TIME, Optional.of(Duration.ofSeconds(60))));

  // Filling.

  @Test
  void leavesAPoolAloneThatIsAsWanted() {
    assertThat(plan(3, core(idle(1)), core(busy(2)), starting(3))).isEmpty();
  }

  @Test
  void fillsUpToTheTargetWithCoreWorkersFirst() {
    assertThat(plan(4)).containsExactly(start(CORE), start(CORE), start(ELASTIC), start(ELASTIC));
  }

  @Test
  void aMissingCoreWorkerComesBackAsOne() {
    assertThat(plan(4, core(idle(1)), idle(3))).containsExactly(start(CORE), start(ELASTIC));
  }

  @Test
  void aDrainingWorkerIsMissingButTakesItsRoom() {
    assertThat(plan(5, core(idle(1)), core(idle(2)), busy(3), draining(4, ASKED, 9)))
        .containsExactly(start(ELASTIC));
  }

  @Test
  void neverStartsMoreThanMax() {
    assertThat(plan(9, core(idle(1)), core(idle(2))))
        .containsExactly(start(ELASTIC), start(ELASTIC), start(ELASTIC));
    assertThat(plan(9, idle(1), idle(2), idle(3), idle(4), idle(5))).isEmpty();
    assertThat(plan(9, idle(1), idle(2), idle(3), idle(4), idle(5), draining(6, ASKED, 9)))
        .isEmpty();
  }

  @Test
  void refillsAVacancyWhenItIsDue() {
    Vacancy due = vacancy(3, NOW);
    Pool pool = new Pool(List.of(core(idle(1)), core(idle(2))), List.of(due));

    assertThat(patient.plan(pool, RUN, to(3), Map.of(), NOW))
        .containsExactly(new Refill(ELASTIC, due));
    assertThat(patient.plan(pool, RUN, to(3), Map.of(), at(9.999))).isEmpty();
  }

  @Test
  void refillsTheCoreFirst() {
    Vacancy one = vacancy(1, at(1));
    Vacancy other = vacancy(1, at(2));
    Pool pool = new Pool(List.of(core(idle(1)), idle(2)), List.of(one, other));

    assertThat(patient.plan(pool, RUN, to(5), Map.of(), NOW))
        .containsExactly(new Refill(CORE, one), new Refill(ELASTIC, other), start(ELASTIC));
  }

  @Test
  void aVacancyKeepsItsRoom() {
    Vacancy later = vacancy(1, at(99));
    Pool pool = new Pool(List.of(idle(1), idle(2), idle(3), idle(4)), List.of(later));

    assertThat(patient.plan(pool, RUN, to(6), Map.of(), NOW)).isEmpty();
  }

  /** Killed for not registering, its place vacant, and the process is still there. */
  @Test
  void aVacancyWaitsForRoom() {
    Vacancy due = vacancy(1, at(1));
    Pool full =
        new Pool(List.of(idle(1), idle(2), idle(3), idle(4), draining(5, KILLED, 9)), List.of(due));

    assertThat(patient.plan(full, RUN, to(5), Map.of(), NOW)).isEmpty();
    assertThat(patient.plan(full.without(new WorkerId(5)), RUN, to(5), Map.of(), NOW))
        .containsExactly(new Refill(CORE, due));
  }

  // Retiring.

  @Test
  void retiresTheNewestIdleElasticWorker() {
    assertThat(plan(4, core(idle(1)), core(idle(2)), idle(3), idle(4), busy(5)))
        .containsExactly(ask(idle(4), RETIRE));
  }

  @Test
  void retiresAsManyAsThereAreTooMany() {
    assertThat(plan(2, core(idle(1)), core(idle(2)), idle(3), idle(4), idle(5)))
        .containsExactly(ask(idle(5), RETIRE), ask(idle(4), RETIRE), ask(idle(3), RETIRE));
  }

  @Test
  void aNumberOfTwoDigitsIsNewerThanOneOfOne() {
    assertThat(plan(3, core(idle(1)), core(idle(2)), idle(9), idle(10)))
        .containsExactly(ask(idle(10), RETIRE));
  }

  @Test
  void retiresNoCoreWorkerWhileAnElasticOneIsLeft() {
    assertThat(plan(2, core(idle(1)), core(idle(2)), busy(3))).containsExactly(new AwaitIdle(1));
    assertThat(plan(2, core(idle(1)), core(idle(2)), starting(3)))
        .containsExactly(new AwaitIdle(1));
  }

  @Test
  void retiresACoreWorkerWhenNoElasticOneIsLeft() {
    assertThat(plan(2, core(idle(1)), core(idle(2)), core(idle(3)), draining(4, ASKED, 9)))
        .containsExactly(ask(core(idle(3)), RETIRE));
  }

  /** As after min was lowered. */
  @Test
  void retiresTheCoreAboveMinWhileTheElasticOnesAreBusy() {
    assertThat(plan(2, core(idle(1)), core(idle(2)), core(idle(3)), busy(4)))
        .containsExactly(ask(core(idle(3)), RETIRE), new AwaitIdle(1));
  }

  @Test
  void waitsForAnIdleWorker() {
    assertThat(plan(2, core(busy(1)), busy(2), busy(3))).containsExactly(new AwaitIdle(1));
  }

  @Test
  void retiresTheIdleOnesAndWaitsForTheRest() {
    assertThat(plan(1, busy(1), busy(2), idle(3)))
        .containsExactly(ask(idle(3), RETIRE), new AwaitIdle(1));
  }

  @Test
  void doesNotTakeAnUnreadWorkerForIdle() {
    assertThat(plan(2, core(busy(1)), unread(2), unread(3))).containsExactly(new AwaitIdle(1));
  }

  @Test
  void aDrainingWorkerIsNotRetiredAgain() {
    assertThat(plan(2, core(idle(1)), core(idle(2)), draining(3, ASKED, 9))).isEmpty();
  }

  @Test
  void givesVacanciesUpBeforeItRetires() {
    Vacancy vacancy = vacancy(1, at(1));
    Pool pool = new Pool(List.of(core(idle(1)), core(idle(2)), idle(3)), List.of(vacancy));

    assertThat(patient.plan(pool, RUN, to(3), Map.of(), NOW)).containsExactly(new GiveUp(vacancy));
    assertThat(patient.plan(pool, RUN, to(2), Map.of(), NOW))
        .containsExactly(new GiveUp(vacancy), ask(idle(3), RETIRE));
  }

  @Test
  void givesUpThePlaceThatFailedMost() {
    Vacancy mild = vacancy(1, at(1));
    Vacancy bad = vacancy(7, at(1));
    Pool pool = new Pool(List.of(core(idle(1))), List.of(mild, bad));

    assertThat(patient.plan(pool, RUN, to(2), Map.of(), at(0))).containsExactly(new GiveUp(bad));
  }

  /** Given up, it would leave the pool without a scheduler: elastic workers never become core. */
  @Test
  void keepsTheCoresPlaceAndRetiresAnElasticWorker() {
    Vacancy ofCore = vacancy(1, at(99));
    Pool pool = new Pool(List.of(core(idle(1)), idle(3), idle(4)), List.of(ofCore));

    assertThat(patient.plan(pool, RUN, to(3), Map.of(), NOW)).containsExactly(ask(idle(4), RETIRE));
  }

  @Test
  void refillsTheCoreWhileItWaitsForAnIdleWorker() {
    Vacancy ofCore = vacancy(1, at(1));
    Pool pool = new Pool(List.of(core(busy(1)), busy(3), busy(4)), List.of(ofCore));

    assertThat(patient.plan(pool, RUN, to(3), Map.of(), NOW))
        .containsExactly(new AwaitIdle(1), new Refill(CORE, ofCore));
  }

  // Waiting for Redis.

  @Test
  void whileItWaitsItStartsNothing() {
    Vacancy due = vacancy(1, at(1));

    assertThat(patient.plan(new Pool(List.of(idle(1)), List.of(due)), WAIT, to(4), Map.of(), NOW))
        .isEmpty();
  }

  @Test
  void whileItWaitsItRetiresNothing() {
    assertThat(plan(WAIT, 1, idle(1), idle(2), busy(3))).isEmpty();
  }

  @Test
  void whileItWaitsNoStartTimesOut() {
    assertThat(
            patient.plan(
                new Pool(List.of(starting(1)), List.of()), WAIT, to(1), Map.of(), at(3600)))
        .isEmpty();
  }

  @Test
  void whileItWaitsADrainGoesOn() {
    Worker cold = draining(3, COLD, 0);

    assertThat(strict.plan(poolOf(cold), WAIT, to(0), checked(cold, 60), at(60)))
        .containsExactly(new DrainWorker(cold, RETIRE, KILLED));
  }

  @Test
  void whileItWaitsItMayGiveAVacancyUp() {
    Vacancy vacancy = vacancy(1, at(99));

    Pool pool = new Pool(List.of(core(idle(1)), core(idle(2))), List.of(vacancy));

    assertThat(patient.plan(pool, WAIT, to(2), Map.of(), NOW)).containsExactly(new GiveUp(vacancy));
  }

  // Stopping.

  @Test
  void aStopAsksEveryWorker() {
    assertThat(plan(PoolMode.STOP, 3, core(idle(1)), busy(2), starting(3)))
        .containsExactly(ask(core(idle(1)), STOP), ask(busy(2), STOP), ask(starting(3), STOP));
  }

  @Test
  void aStopAsksEachWorkerOnce() {
    Worker asked = busy(1).draining(STOP, ASKED, at(10));

    assertThat(
            patient.plan(
                new Pool(List.of(asked), List.of()), PoolMode.STOP, to(1), Map.of(), at(3600)))
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"STOP", "COLD_STOP"})
  void aStopGivesEveryVacancyUpAndStartsNothing(PoolMode stop) {
    Vacancy one = vacancy(1, at(1));
    Vacancy other = vacancy(2, at(1));

    assertThat(patient.plan(new Pool(List.of(), List.of(one, other)), stop, to(5), Map.of(), NOW))
        .containsExactly(new GiveUp(one), new GiveUp(other));
  }

  @Test
  void aPlainWorkerIsOnlyMarkedUntilItCanBeSignalled() {
    Worker early = plain(starting(1));
    assertThat(plan(PoolMode.STOP, 1, early)).containsExactly(new DrainWorker(early, STOP, MARKED));

    Worker marked = early.draining(STOP, MARKED, NOW);
    assertThat(plan(PoolMode.STOP, 1, marked)).isEmpty();

    Worker started = seen(marked, WorkerState.STARTED);
    assertThat(plan(PoolMode.STOP, 1, started)).isEmpty();

    Worker ready = seen(marked, WorkerState.IDLE);
    assertThat(plan(PoolMode.STOP, 1, ready)).containsExactly(new DrainWorker(ready, STOP, ASKED));
  }

  @Test
  void aMarkedWorkerThatNeverGetsReadyIsKilled() {
    Worker marked = startedAt(5, plain(starting(1))).draining(STOP, MARKED, at(10));
    Pool pool = new Pool(List.of(marked), List.of());

    assertThat(patient.plan(pool, PoolMode.STOP, to(1), Map.of(), at(34.999))).isEmpty();
    assertThat(patient.plan(pool, PoolMode.STOP, to(1), checked(marked, 35), at(35)))
        .containsExactly(new DrainWorker(marked, STOP, KILLED));
  }

  /** Its record is gone with Redis' data; it would be killed with its job in hand. */
  @Test
  void aPlainWorkerWhoseRecordIsLostIsAskedLikeAnyOther() {
    Worker worker = plain(unread(1));

    assertThat(
            patient.plan(
                new Pool(List.of(worker), List.of()), PoolMode.STOP, to(1), Map.of(), at(3600)))
        .containsExactly(new DrainWorker(worker, STOP, ASKED));
  }

  // The drain ladder.

  @Test
  void withoutADrainTimeoutAJobTakesAsLongAsItNeeds() {
    assertThat(patient.plan(poolOf(draining(1, ASKED, 0)), RUN, to(0), Map.of(), at(1_000_000)))
        .isEmpty();
  }

  @Test
  void afterTheDrainTimeoutTheStopIsColdAndThenAKill() {
    Worker asked = draining(1, ASKED, 10);
    assertThat(strict.plan(poolOf(asked), PoolMode.STOP, to(0), Map.of(), at(69.999))).isEmpty();
    assertThat(strict.plan(poolOf(asked), PoolMode.STOP, to(0), checked(asked, 70), at(70)))
        .containsExactly(new DrainWorker(asked, RETIRE, COLD));

    Worker cold = draining(1, COLD, 70);
    assertThat(strict.plan(poolOf(cold), PoolMode.STOP, to(0), Map.of(), at(74.999))).isEmpty();
    assertThat(strict.plan(poolOf(cold), PoolMode.STOP, to(0), checked(cold, 75), at(75)))
        .containsExactly(new DrainWorker(cold, RETIRE, KILLED));

    assertThat(
            strict.plan(
                poolOf(draining(1, KILLED, 75)), PoolMode.STOP, to(0), Map.of(), at(1_000_000)))
        .isEmpty();
  }

  /**
   * Whatever a job takes: the pool has shrunk, or was restarted, and that is no reason to kill it.
   */
  @ParameterizedTest
  @EnumSource(
      value = DrainReason.class,
      names = {"RETIRE", "RESTART", "RECYCLE", "START_TIMEOUT", "FORGOTTEN"})
  void theDrainTimeoutKillsNoJobOfAPoolThatGoesOn(DrainReason reason) {
    Worker asked = busy(1).draining(reason, ASKED, at(10));
    assertThat(strict.plan(poolOf(asked), RUN, to(0), Map.of(), at(1_000_000))).isEmpty();
  }

  @Test
  void aWorkerWithoutASignOfLifeGoesByTheDrainTimeout() {
    Worker hung = busy(1).draining(DrainReason.UNRESPONSIVE, ASKED, at(10));
    assertThat(strict.plan(poolOf(hung), RUN, to(0), checked(hung, 70), at(70)))
        .containsExactly(new DrainWorker(hung, DrainReason.UNRESPONSIVE, COLD));
  }

  @Test
  void theDrainTimeoutCountsFromTheBeginningOfTheStop() {
    Worker asked = draining(1, ASKED, 10).whenPoolStops(at(500));
    assertThat(strict.plan(poolOf(asked), PoolMode.STOP, to(0), Map.of(), at(559))).isEmpty();
    assertThat(strict.plan(poolOf(asked), PoolMode.STOP, to(0), checked(asked, 560), at(560)))
        .containsExactly(new DrainWorker(asked, RETIRE, COLD));
  }

  /** RQ ignores a second SIGTERM within a second. */
  @Test
  void aShortDrainTimeoutStillWaitsUntilTheSecondSignalWouldCount() {
    PoolPlanner hasty =
        new PoolPlanner(new PoolRules(1, true, START_TIME, Optional.of(Duration.ZERO)));
    Worker asked = draining(1, ASKED, 10);

    assertThat(hasty.plan(poolOf(asked), PoolMode.STOP, to(0), Map.of(), at(11.099))).isEmpty();
    assertThat(hasty.plan(poolOf(asked), PoolMode.STOP, to(0), checked(asked, 11.1), at(11.1)))
        .containsExactly(new DrainWorker(asked, RETIRE, COLD));
  }

  @Test
  void aColdStopDoesNotWaitForTheDrainTimeout() {
    Worker asked = draining(1, ASKED, 10);

    assertThat(strict.plan(poolOf(asked), COLD_STOP, to(0), Map.of(), at(11.099))).isEmpty();
    assertThat(strict.plan(poolOf(asked), COLD_STOP, to(0), checked(asked, 11.1), at(11.1)))
        .containsExactly(new DrainWorker(asked, RETIRE, COLD));
    assertThat(patient.plan(poolOf(asked), COLD_STOP, to(0), checked(asked, 11.1), at(11.1)))
        .containsExactly(new DrainWorker(asked, RETIRE, COLD));
  }

  @Test
  void aColdStopKillsAfterItsGrace() {
    Worker cold = draining(1, COLD, 11.1);

    assertThat(patient.plan(poolOf(cold), COLD_STOP, to(0), Map.of(), at(16.099))).isEmpty();
    assertThat(patient.plan(poolOf(cold), COLD_STOP, to(0), checked(cold, 16.1), at(16.1)))
        .containsExactly(new DrainWorker(cold, RETIRE, KILLED));
  }

  @Test
  void beforeAColdStopTheWorkersJobIsCheckedForHalfASecondAtMost() {
    Worker asked = draining(1, ASKED, 10);
    Map<WorkerId, JobCheck> open =
        Map.of(asked.id(), new JobCheck(at(11.1), false, Optional.empty()));

    assertThat(patient.plan(poolOf(asked), COLD_STOP, to(0), Map.of(), at(11.1)))
        .containsExactly(new CheckJob(asked));
    assertThat(patient.plan(poolOf(asked), COLD_STOP, to(0), open, at(11.599))).isEmpty();
    assertThat(patient.plan(poolOf(asked), COLD_STOP, to(0), open, at(11.6)))
        .as("Redis is away")
        .containsExactly(new DrainWorker(asked, RETIRE, COLD));
  }

  @Test
  void anOldAnswerIsNoneBeforeAColdStop() {
    Worker asked = draining(1, ASKED, 10);

    assertThat(patient.plan(poolOf(asked), COLD_STOP, to(0), checked(asked, 18), at(20)))
        .containsExactly(new CheckJob(asked));
  }

  @Test
  void aColdStopFirstAsksAWorkerThatWasNotAskedBefore() {
    assertThat(plan(COLD_STOP, 1, busy(1))).containsExactly(ask(busy(1), STOP));
  }

  // Deaf workers: asked to go, and neither gone nor at a job.

  @Test
  void aDeafWorkerIsWokenThoughThereIsNoDrainTimeout() {
    Worker deaf = idle(1).draining(RETIRE, ASKED, at(10));

    assertThat(patient.plan(poolOf(deaf), RUN, to(0), Map.of(), at(39.999))).isEmpty();
    assertThat(patient.plan(poolOf(deaf), RUN, to(0), checked(deaf, 40), at(40)))
        .containsExactly(new DrainWorker(deaf, RETIRE, WOKEN));
  }

  /** Its last job may have taken long: from when it is over it has time to take its leave. */
  @Test
  void aWorkerThatHasJustEndedItsJobIsNotDeaf() {
    Worker leaving =
        busy(1)
            .draining(RETIRE, ASKED, at(10))
            .seen(rqWorker("w1").job("job-1", at(2)).read(), at(100))
            .seen(rqWorker("w1").read(), at(101));

    assertThat(patient.plan(poolOf(leaving), RUN, to(0), Map.of(), at(129.999))).isEmpty();
    assertThat(patient.plan(poolOf(leaving), RUN, to(0), checked(leaving, 130), at(130)))
        .containsExactly(new DrainWorker(leaving, RETIRE, WOKEN));
  }

  @Test
  void aDeafWorkerIsNotWaitedForLongerThanTheDrainTimeout() {
    PoolPlanner quick =
        new PoolPlanner(new PoolRules(1, true, START_TIME, Optional.of(Duration.ofSeconds(20))));
    Worker deaf = idle(1).draining(RETIRE, ASKED, at(10));

    assertThat(quick.plan(poolOf(deaf), PoolMode.STOP, to(0), Map.of(), at(29.999))).isEmpty();
    assertThat(quick.plan(poolOf(deaf), PoolMode.STOP, to(0), checked(deaf, 30), at(30)))
        .containsExactly(new DrainWorker(deaf, RETIRE, COLD));
    assertThat(strict.plan(poolOf(deaf), PoolMode.STOP, to(0), checked(deaf, 40), at(40)))
        .containsExactly(new DrainWorker(deaf, RETIRE, WOKEN));
  }

  @Test
  void aDeafWorkerIsAskedForItsJobBeforeAnythingIsDoneToIt() {
    Worker deaf = idle(1).draining(RETIRE, ASKED, at(10));

    assertThat(patient.plan(poolOf(deaf), RUN, to(0), Map.of(), at(40)))
        .containsExactly(new CheckJob(deaf));
  }

  @Test
  void withoutAnAnswerNobodyIsDeafHoweverLongItTakes() {
    Worker silent = idle(1).draining(RETIRE, ASKED, at(10));
    Map<WorkerId, JobCheck> open =
        Map.of(silent.id(), new JobCheck(at(1000), false, Optional.empty()));

    assertThat(patient.plan(poolOf(silent), RUN, to(0), open, at(1001))).isEmpty();
    assertThat(patient.plan(poolOf(silent), RUN, to(0), open, at(1002)))
        .as("asked again")
        .containsExactly(new CheckJob(silent));
  }

  /** The newest sample did not show it yet. */
  @Test
  void aWorkerWhoseOwnKeyTellsOfAJobIsNotDeaf() {
    Worker working = idle(1).draining(RETIRE, ASKED, at(10));
    Map<WorkerId, JobCheck> checked = checked(working, 40, new JobInHand(true, "job-1"));

    assertThat(patient.plan(poolOf(working), RUN, to(0), checked, at(40))).isEmpty();
    assertThat(patient.plan(poolOf(working.foundBusy(at(40))), RUN, to(0), Map.of(), at(69.999)))
        .isEmpty();
  }

  /** As after FLUSHALL: it may well be at a job. */
  @Test
  void aWorkerWhoseKeysAreGoneIsNotDeaf() {
    Worker unknown = idle(1).draining(RETIRE, ASKED, at(10));
    Map<WorkerId, JobCheck> nothing =
        Map.of(unknown.id(), new JobCheck(at(40), true, Optional.empty()));

    assertThat(patient.plan(poolOf(unknown), RUN, to(0), nothing, at(40))).isEmpty();
  }

  @Test
  void aWorkerThatWasWokenHasAMomentToGo() {
    Worker woken = idle(1).draining(RETIRE, ASKED, at(10)).draining(RETIRE, WOKEN, at(40));

    assertThat(patient.plan(poolOf(woken), RUN, to(0), Map.of(), at(44.999))).isEmpty();
    assertThat(patient.plan(poolOf(woken), RUN, to(0), Map.of(), at(45)))
        .containsExactly(new CheckJob(woken));
    assertThat(patient.plan(poolOf(woken), RUN, to(0), checked(woken, 45), at(45)))
        .containsExactly(new DrainWorker(woken, RETIRE, COLD));
  }

  /** It was stopped with a job that Redis had handed to it. */
  @Test
  void aWorkerThatWasWokenAndIsAtAJobHasItsTime() {
    Worker woken = idle(1).draining(RETIRE, ASKED, at(10)).draining(RETIRE, WOKEN, at(40));
    Worker working = woken.seen(rqWorker("rq-1").job("job-1", at(41)).read(), at(42));
    Worker done = working.seen(rqWorker("rq-1").read(), at(100));

    assertThat(patient.plan(poolOf(working), RUN, to(0), Map.of(), at(1000))).isEmpty();
    assertThat(patient.plan(poolOf(done), RUN, to(0), Map.of(), at(71.999))).isEmpty();
  }

  @Test
  void theDrainTimeoutCountsFromWhenAWorkerWasAskedAlthoughItWasWokenSince() {
    Worker woken = busy(1).draining(RETIRE, ASKED, at(10)).draining(RETIRE, WOKEN, at(40));

    assertThat(strict.plan(poolOf(woken), PoolMode.STOP, to(0), checked(woken, 70), at(70)))
        .containsExactly(new DrainWorker(woken, RETIRE, COLD));
  }

  /** A Redis that lost its data tells of no job, and the worker may well be at one. */
  @Test
  void aWorkerWhoseRecordIsLostIsNotDeaf() {
    Worker unknown = unread(1).draining(STOP, ASKED, at(10));

    assertThat(patient.plan(poolOf(unknown), PoolMode.STOP, to(0), Map.of(), at(1_000_000)))
        .isEmpty();
  }

  /**
   * Redis may have lost the record before this daemon came, and the worker may be at a job; but
   * then it writes a new one.
   */
  @Test
  void anAdoptedWorkerWithoutARecordIsDeafOnlyAfterLong() {
    Worker unmatched = Workers.adopted(1).draining(STOP, ASKED, at(10));

    assertThat(patient.plan(poolOf(unmatched), PoolMode.STOP, to(0), Map.of(), at(899))).isEmpty();
    assertThat(
            patient.plan(poolOf(unmatched), PoolMode.STOP, to(0), checked(unmatched, 900), at(900)))
        .containsExactly(new DrainWorker(unmatched, STOP, WOKEN));
  }

  @Test
  void aWorkerThatNeverRegisteredIsDeaf() {
    Worker silent = starting(1).draining(STOP, ASKED, at(10));

    assertThat(patient.plan(poolOf(silent), PoolMode.STOP, to(0), checked(silent, 40), at(40)))
        .containsExactly(new DrainWorker(silent, STOP, WOKEN));
  }

  // Replacing.

  @Test
  void aSuccessorComesFirst() {
    assertThat(plan(3, outdated(core(idle(1))), outdated(core(idle(2))), outdated(idle(3))))
        .containsExactly(start(CORE));
  }

  @Test
  void nobodyGoesBeforeTheSuccessorIsReady() {
    assertThat(plan(2, outdated(core(idle(1))), outdated(core(idle(2))), core(starting(3))))
        .isEmpty();
  }

  @Test
  void anOutdatedWorkerGoesWhenItsSuccessorIsReady() {
    Worker old = outdated(core(idle(1)));

    assertThat(plan(2, old, outdated(core(idle(2))), core(idle(3))))
        .containsExactly(ask(old, RESTART));
  }

  @Test
  void theNextSuccessorComesWhileTheFirstWorkerGoes() {
    Worker gone = core(straggler(1, RESTART));

    assertThat(plan(2, gone, outdated(core(idle(2))), core(idle(3)))).containsExactly(start(CORE));
  }

  @Test
  void idleOnesGoBeforeBusyOnes() {
    Worker busy = outdated(core(busy(1)));
    Worker idle = outdated(core(idle(2)));

    assertThat(plan(2, busy, idle, core(idle(3)))).containsExactly(ask(idle, RESTART));
  }

  @Test
  void aBusyOneGoesAfterItsJob() {
    Worker busy = outdated(core(busy(1)));

    assertThat(plan(2, busy, core(idle(2)), core(idle(3)))).containsExactly(ask(busy, RESTART));
  }

  /** A new release that does not start: the old one stays. */
  @Test
  void nobodyGoesForAVacancy() {
    Pool pool = new Pool(List.of(outdated(core(idle(1)))), List.of(vacancy(3, at(99))));

    assertThat(patient.plan(pool, RUN, to(1), Map.of(), NOW)).isEmpty();
  }

  @Test
  void asManyAreReplacedAtATimeAsTheSurgeAllows() {
    PoolPlanner quick = new PoolPlanner(new PoolRules(2, true, START_TIME, Optional.empty()));
    Pool old = poolOf(outdated(core(idle(1))), outdated(core(idle(2))), outdated(idle(3)));

    assertThat(quick.plan(old, RUN, new PoolTarget(3, 2, 3), Map.of(), NOW))
        .containsExactly(start(CORE), start(CORE));
  }

  @Test
  void noMoreSuccessorsComeThanThereAreOutdatedWorkers() {
    PoolPlanner quick = new PoolPlanner(new PoolRules(5, true, START_TIME, Optional.empty()));

    assertThat(
            quick.plan(
                poolOf(outdated(core(idle(1)))), RUN, new PoolTarget(1, 1, 3), Map.of(), NOW))
        .containsExactly(start(CORE));
  }

  @Test
  void stragglersOfARestartDoNotCountAgainstMax() {
    assertThat(
            plan(
                5,
                core(idle(1)),
                core(idle(2)),
                idle(3),
                idle(4),
                straggler(5, RESTART),
                straggler(6, RESTART)))
        .containsExactly(start(ELASTIC));

    assertThat(plan(5, core(idle(1)), core(idle(2)), idle(3), idle(4), straggler(5, RECYCLE)))
        .isEmpty();
    assertThat(plan(5, core(idle(1)), core(idle(2)), idle(3), idle(4), straggler(5, UNRESPONSIVE)))
        .isEmpty();
  }

  @Test
  void anOutdatedWorkerIsNotRetired() {
    assertThat(plan(3, core(idle(1)), core(idle(2)), idle(3), idle(4), outdated(idle(5))))
        .containsExactly(ask(outdated(idle(5)), RESTART), ask(idle(4), RETIRE));
  }

  /** Elastic workers never become core, so that otherwise nobody would run the scheduler. */
  @Test
  void aCoreWorkerGoesOnlyForASuccessorInTheCore() {
    Worker old = outdated(core(idle(1)));

    assertThat(plan(2, old, core(idle(2)), idle(3))).containsExactly(start(CORE));
    assertThat(plan(2, old, core(idle(2)), idle(3), core(starting(4))))
        .containsExactly(ask(idle(3), RETIRE));
    assertThat(plan(2, old, core(idle(2)), idle(3), core(idle(4))))
        .containsExactly(ask(old, RESTART), ask(idle(3), RETIRE));
  }

  @Test
  void ofTheCoreNoMoreGoThanHaveASuccessorInIt() {
    Worker old = outdated(core(idle(1)));

    assertThat(plan(2, old, outdated(core(idle(2))), core(idle(3)), idle(4)))
        .containsExactly(ask(old, RESTART), ask(idle(4), RETIRE));
  }

  @Test
  void aStuckCoreWaitsForItsVacancy() {
    Pool pool =
        new Pool(List.of(outdated(core(idle(1))), core(idle(2))), List.of(vacancy(1, at(99))));

    assertThat(patient.plan(pool, RUN, to(2), Map.of(), NOW)).isEmpty();
  }

  @Test
  void replacingAndRetiringTogetherDoNotGoBelowTheTarget() {
    assertThat(plan(2, core(idle(1)), idle(2), outdated(idle(3)), outdated(idle(4))))
        .containsExactly(ask(outdated(idle(3)), RESTART), ask(outdated(idle(4)), RESTART));
  }

  @Test
  void aStopAsksOutdatedWorkersLikeAllOthers() {
    Worker old = outdated(idle(1));

    assertThat(plan(PoolMode.STOP, 1, old)).containsExactly(ask(old, STOP));
  }

  @Test
  void nobodyIsReplacedWhileItWaits() {
    assertThat(plan(WAIT, 1, outdated(core(idle(1))), core(idle(2)))).isEmpty();
    assertThat(plan(WAIT, 1, outdated(core(idle(1))))).isEmpty();
  }

  // Start timeout.

  /** It may have registered since the newest sample and hold a job: it is not killed. */
  @Test
  void aWorkerThatDoesNotRegisterInTimeIsAskedToGo() {
    Worker slow = startedAt(5, starting(1));

    assertThat(patient.plan(poolOf(slow), RUN, to(1), Map.of(), at(34.999))).isEmpty();
    assertThat(patient.plan(poolOf(slow), RUN, to(1), Map.of(), at(35)))
        .containsExactly(new DrainWorker(slow, START_TIMEOUT, ASKED));
  }

  @Test
  void onceAskedItIsNotKilledWhileItIsSeenAtAJob() {
    Worker late = seen(starting(1).draining(START_TIMEOUT, ASKED, at(35)), WorkerState.BUSY);

    assertThat(patient.plan(poolOf(late), RUN, to(0), Map.of(), at(1000))).isEmpty();
  }

  @Test
  void onceAskedItIsKilledIfItNeverShows() {
    Worker deaf = starting(1).draining(START_TIMEOUT, ASKED, at(35));
    Worker cold = starting(1).draining(START_TIMEOUT, COLD, at(65));

    assertThat(patient.plan(poolOf(deaf), RUN, to(0), Map.of(), at(64.999))).isEmpty();
    assertThat(patient.plan(poolOf(deaf), RUN, to(0), checked(deaf, 65), at(65)))
        .containsExactly(new DrainWorker(deaf, START_TIMEOUT, WOKEN));
    assertThat(patient.plan(poolOf(cold), RUN, to(0), checked(cold, 70), at(70)))
        .containsExactly(new DrainWorker(cold, START_TIMEOUT, KILLED));
  }

  @Test
  void aPlainWorkerThatDoesNotRegisterInTimeIsKilled() {
    Worker slow = startedAt(5, plain(starting(1)));
    Worker marked = slow.draining(START_TIMEOUT, MARKED, at(35));

    assertThat(patient.plan(poolOf(slow), RUN, to(1), Map.of(), at(35)))
        .containsExactly(new DrainWorker(slow, START_TIMEOUT, MARKED));
    assertThat(patient.plan(poolOf(marked), RUN, to(0), checked(marked, 35.2), at(35.2)))
        .containsExactly(new DrainWorker(marked, START_TIMEOUT, KILLED));
  }

  /** Who has registered by now, and holds a job, nobody sees while Redis is away. */
  @Test
  void aPlainWorkerIsNotKilledWithoutData() {
    Worker marked = plain(starting(1)).draining(RETIRE, MARKED, at(5));

    assertThat(patient.plan(poolOf(marked), WAIT, to(0), Map.of(), at(1000))).isEmpty();
    assertThat(patient.plan(poolOf(marked), PoolMode.STOP, to(0), checked(marked, 1000), at(1000)))
        .containsExactly(new DrainWorker(marked, RETIRE, KILLED));
  }

  /** Nobody can register while Redis is away. */
  @Test
  void timeWithoutDataDoesNotCountAgainstTheStartTimeout() {
    Worker unlucky = startedAt(5, starting(1)).withBeatAt(at(50));

    assertThat(patient.plan(poolOf(unlucky), RUN, to(1), Map.of(), at(79.999))).isEmpty();
    assertThat(patient.plan(poolOf(unlucky), RUN, to(1), Map.of(), at(80)))
        .containsExactly(new DrainWorker(unlucky, START_TIMEOUT, ASKED));
  }

  @Test
  void aReadyWorkerIsBeyondTheStartTimeout() {
    assertThat(patient.plan(poolOf(idle(1)), RUN, to(1), Map.of(), at(1_000_000))).isEmpty();
    assertThat(patient.plan(poolOf(unread(1)), RUN, to(1), Map.of(), at(1_000_000))).isEmpty();
  }

  // How soon to look again.

  @Test
  void isBusyWhileAnythingIsUnderWay() {
    assertThat(PoolPlanner.isBusy(poolOf(idle(1), starting(2)))).isTrue();
    assertThat(PoolPlanner.isBusy(poolOf(idle(1), draining(2, ASKED, 1)))).isTrue();
    assertThat(PoolPlanner.isBusy(poolOf(idle(1)).with(vacancy(1, at(1))))).isTrue();
  }

  @Test
  void isNotBusyWhileWorkersJustWork() {
    assertThat(PoolPlanner.isBusy(Pool.EMPTY)).isFalse();
    assertThat(PoolPlanner.isBusy(poolOf(idle(1), busy(2)))).isFalse();
  }

  /** A target of this size in a pool of 2 to 5 workers. */
  private static PoolTarget to(int size) {
    return new PoolTarget(size, 2, 5);
  }

  private List<PoolAction> plan(int target, Worker... workers) {
    return plan(RUN, target, workers);
  }

  private List<PoolAction> plan(PoolMode mode, int target, Worker... workers) {
    return patient.plan(poolOf(workers), mode, to(target), Map.of(), NOW);
  }

  private static Pool poolOf(Worker... workers) {
    return new Pool(List.of(workers), List.of());
  }

  private static Vacancy vacancy(int failures, Tick notBefore) {
    return new Vacancy(failures, notBefore, Optional.empty());
  }

  private static PoolAction start(Role role) {
    return new StartWorker(role);
  }

  private static PoolAction ask(Worker worker, DrainReason reason) {
    return new DrainWorker(worker, reason, ASKED);
  }

  @Test
  void busyWorkersGoTooWhereSomebodyWantsThatVerySize() {
    Pool pool = new Pool(List.of(busy(1), idle(2), busy(3), busy(4)), List.of());
    assertThat(patient.plan(pool, RUN, to(2), Map.of(), NOW))
        .containsExactly(ask(idle(2), RETIRE), new AwaitIdle(1));
    assertThat(
            patient.plan(
                pool, RUN, new PoolTarget(2, 2, 5, false, Optional.empty()), Map.of(), NOW))
        .containsExactly(ask(idle(2), RETIRE), ask(busy(4), RETIRE));
  }

  private static Map<WorkerId, JobCheck> checked(Worker worker, double seconds) {
    return checked(worker, seconds, JobInHand.NONE);
  }

  private static Map<WorkerId, JobCheck> checked(Worker worker, double seconds, JobInHand found) {
    return Map.of(worker.id(), new JobCheck(at(seconds), true, Optional.of(found)));
  }
}
