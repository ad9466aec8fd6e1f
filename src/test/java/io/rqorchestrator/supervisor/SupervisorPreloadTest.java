package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.control.Command;
import io.rqorchestrator.event.ForkServerEvent.ForkServerLost;
import io.rqorchestrator.event.ForkServerEvent.PreloadFailed;
import io.rqorchestrator.event.OperatorEvent.RestartDone;
import io.rqorchestrator.event.PoolEvent.Degraded;
import io.rqorchestrator.event.PoolEvent.Recovered;
import io.rqorchestrator.event.WorkerEvent.StartFailed;
import io.rqorchestrator.event.WorkerEvent.WorkerDraining;
import io.rqorchestrator.event.WorkerEvent.WorkerReady;
import io.rqorchestrator.event.WorkerEvent.WorkerStarted;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Workers from a fork server, which may answer late. */
class SupervisorPreloadTest {

  private static World forking() {
    World world = World.of(2, 5).begins();
    world.launcher.forks();
    return world;
  }

  private static World running() {
    World world = forking();
    world.runs(1);
    world.launcher.answers();
    world.runs(3);
    assertThat(world.events.of(WorkerReady.class)).hasSize(2);
    return world;
  }

  private static Message preloaded(boolean renewed) {
    return new Message.PreloadSuccess(99, Duration.ofSeconds(2), renewed);
  }

  /** The first deploy's code is imported just when the second restart is requested. */
  @Test
  void aRestartReplacesNobodyByCodeThatIsNotTheNewest() {
    World world = running();
    world.asksToRestart();
    world.runs(1);
    world.launcher.isRenewing(true);
    world.asksToRestart();
    world.mailbox.post(preloaded(true));
    world.runs(1);
    assertThat(world.launched()).isEqualTo(2);
    assertThat(world.events.of(RestartDone.class)).isEmpty();

    world.launcher.isRenewing(false);
    world.mailbox.post(preloaded(true));
    world.runs(1);
    assertThat(world.launched()).isEqualTo(3);
  }

  /** If each request ended the import under way, no worker would ever be replaced. */
  @Test
  void manyRestartRequestsImportTwiceAtMostBeforeWorkersAreReplaced() {
    World world = running();
    for (int i = 0; i < 50; i++) {
      world.asksToRestart();
      world.runs(0.1);
    }
    assertThat(world.launcher.renewals()).isOne();

    world.mailbox.post(preloaded(true));
    world.runs(1);
    assertThat(world.launcher.renewals()).isEqualTo(2);

    world.mailbox.post(preloaded(true));
    world.runs(1);
    assertThat(world.launched()).isEqualTo(3);
    assertThat(world.launcher.renewals()).isEqualTo(2);
  }

  @Test
  void anImportThatFailsIsTriedAgainIfARestartWasRequestedMeanwhile() {
    World world = running();
    world.asksToRestart();
    world.runs(1);
    world.asksToRestart();
    world.runs(1);
    world.mailbox.post(new Message.PreloadFailure("SyntaxError: invalid syntax", true));
    world.runs(1);
    assertThat(world.launcher.renewals()).isEqualTo(2);

    world.mailbox.post(preloaded(true));
    world.runs(1);
    assertThat(world.launched()).isEqualTo(3);
  }

  @Test
  void aWorkerTakesItsPlaceWhenItIsRequestedAndIsReportedWhenItIsForked() {
    World world = forking();
    world.runs(7);
    assertThat(world.launched()).isEqualTo(2);
    assertThat(world.events.of(WorkerStarted.class)).isEmpty();

    world.launcher.answers();
    world.runs(0.1);
    assertThat(world.events.of(WorkerStarted.class))
        .extracting(WorkerStarted::pid)
        .containsExactly(1001L, 1002L);
    assertThat(world.events.of(WorkerStarted.class))
        .extracting(WorkerStarted::name)
        .containsExactly("rq-w1", "rq-w2");

    world.runs(5);
    assertThat(world.launched()).isEqualTo(2);
  }

  @Test
  void aWorkerThatCannotBeForkedIsRequestedAgainAfterTheBackoff() {
    World world = forking();
    world.runs(1);
    world.launcher.refuses("no memory");
    world.runs(0.5);
    assertThat(world.events.of(StartFailed.class))
        .containsOnly(new StartFailed("start failed: no memory", Duration.ofSeconds(1)));
    assertThat(world.launcher.unborn()).isZero();

    world.runs(1);
    assertThat(world.launcher.unborn()).isEqualTo(2);
    world.launcher.refuses("no memory");
    world.runs(2.2);
    assertThat(world.events.of(StartFailed.class))
        .contains(new StartFailed("start failed: no memory", Duration.ofSeconds(2)));
  }

  @Test
  void theAnswerSaysThatTheNewCodeIsImportedFirst() {
    World world = running();
    world.operator(new Command.Restart());
    world.runs(1);
    assertThat(world.answer().text())
        .isEqualTo(
            "the modules are imported anew, then 2 workers are replaced, one after the other");
  }

  @Test
  void aRestartBeginsOnceTheNewCodeIsImported() {
    World world = running();
    world.asksToRestart();
    world.runs(10);
    assertThat(world.launcher.renewals()).isOne();
    assertThat(world.launched()).isEqualTo(2);
    assertThat(world.events.of(RestartDone.class)).isEmpty();

    world.mailbox.post(preloaded(true));
    for (int i = 0; i < 20; i++) {
      world.runs(0.5);
      world.launcher.answers();
    }
    assertThat(world.events.of(RestartDone.class)).hasSize(1);
    assertThat(world.launched()).isEqualTo(4);
    assertThat(world.alive()).isEqualTo(2);
  }

  @Test
  void withoutAForkServerARestartBeginsAtOnce() {
    World world = World.of(2, 5).runFor(3);
    world.asksToRestart();
    world.runs(10);
    assertThat(world.launched()).isEqualTo(4);
  }

  @Test
  void newCodeThatCannotBeImportedLeavesTheOldWorkersInPlaceAndThePoolDegraded() {
    World world = running();
    world.asksToRestart();
    world.runs(1);
    world.mailbox.post(new Message.PreloadFailure("SyntaxError: invalid syntax", true));
    world.runs(30);

    assertThat(world.events.of(PreloadFailed.class))
        .extracting(PreloadFailed::describe)
        .containsExactly(
            "preload failed: SyntaxError: invalid syntax; no restart, the workers keep"
                + " running");
    assertThat(world.events.of(Degraded.class))
        .containsExactly(new Degraded("preload: SyntaxError: invalid syntax"));
    assertThat(world.events.of(WorkerDraining.class)).isEmpty();
    assertThat(world.events.of(RestartDone.class)).isEmpty();

    world.asksToRestart();
    world.runs(1);
    world.mailbox.post(preloaded(true));
    world.runs(1);
    assertThat(world.events.of(Recovered.class)).hasSize(1);
    assertThat(world.launcher.unborn()).isOne();
  }

  @Test
  void aForkServerThatIsReplacedAfterItsDeathRestartsNobody() {
    World world = running();
    world.mailbox.post(new Message.ForkServerLoss(98, "it ended with signal 9"));
    world.runs(1);
    world.mailbox.post(preloaded(false));
    world.runs(10);

    assertThat(world.events.of(ForkServerLost.class)).hasSize(1);
    assertThat(world.events.of(Degraded.class)).isEmpty();
    assertThat(world.launched()).isEqualTo(2);
  }

  @Test
  void aForkServerThatCannotBeReplacedIsReportedThoughAllWorkersLive() {
    World world = running();
    world.mailbox.post(new Message.PreloadFailure("ImportError: gone", false));
    world.runs(1);
    assertThat(world.events.of(Degraded.class))
        .containsExactly(new Degraded("preload: ImportError: gone"));
    assertThat(world.events.of(PreloadFailed.class))
        .extracting(PreloadFailed::describe)
        .containsExactly("preload failed: ImportError: gone; tries again");
  }

  @Test
  void aPoolThatStopsDoesNotWaitForWorkersThatAreNeverForked() {
    World world = forking();
    world.runs(1);
    world.asksToStop();
    assertThat(world.runs(1)).as("ended while a worker may still come").isFalse();
    world.launcher.refuses("not wanted any more");
    assertThat(world.runs(1)).as("ended").isTrue();
    assertThat(world.events.of(StartFailed.class)).isEmpty();
  }

  @Test
  void aWorkerThatIsForkedWhileThePoolStopsIsAskedToGo() {
    World world = forking();
    world.runs(1);
    world.asksToStop();
    world.runs(1);
    world.launcher.answers();
    assertThat(world.runs(3)).as("ended").isTrue();
    assertThat(world.worker(1).signals()).isOne();
  }
}
