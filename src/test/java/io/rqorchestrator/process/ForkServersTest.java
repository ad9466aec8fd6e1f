package io.rqorchestrator.process;

import static io.rqorchestrator.time.Ticks.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rqorchestrator.pool.RestartBackoff;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.WorkerHandle;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.pool.WorkerLauncher.LaunchException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Fork servers that come, hang, are renewed and die. The first one has pid 101. */
class ForkServersTest {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

  private final List<FakeForkServer> started = new ArrayList<>();
  private final RecordingNews news = new RecordingNews();
  private final ForkServers servers =
      new ForkServers(this::start, START_TIMEOUT, new RestartBackoff(() -> 0), news, news);
  private Optional<String> obstacle = Optional.empty();

  private ForkServer start(ForkServer.ForkListener listener) throws IOException {
    if (obstacle.isPresent()) {
      throw new IOException(obstacle.get());
    }
    FakeForkServer server = new FakeForkServer(listener, 101 + started.size());
    started.add(server);
    return server;
  }

  /** The server that was started last. */
  private FakeForkServer newest() {
    return started.get(started.size() - 1);
  }

  /** The first server, which has imported everything. */
  private FakeForkServer running() {
    CompletableFuture<Void> unused = servers.begin();
    FakeForkServer server = newest().imports();
    turns(0);
    news.fresh();
    return server;
  }

  /** A server that takes over from the current one. */
  private FakeForkServer renewed() {
    servers.renew();
    FakeForkServer server = newest().imports();
    news.fresh();
    return server;
  }

  private LaunchedWorker launch(int number) throws LaunchException {
    WorkerId worker = new WorkerId(number);
    ForkServer.ForkRequest request =
        new ForkServer.ForkRequest(worker.toString(), "", "", List.of());
    LaunchedWorker handle =
        new LaunchedWorker(
            new LaunchedWorker.ProcessIdentity("rq-" + worker, Role.ELASTIC, "", true, false),
            () -> servers.withdraw(worker));
    servers.launch(worker, request, handle);
    return handle;
  }

  /** A worker of this server, which is the current one; its pid is a thousand more. */
  private void forks(FakeForkServer server, int number) throws LaunchException {
    launch(number);
    server.forks(1000 + number);
    news.fresh();
  }

  /** One turn at each of these seconds. */
  private void turns(double... seconds) {
    for (double second : seconds) {
      servers.tend(true, at(second));
    }
  }

  /** Lets time pass, half a second a turn. */
  private void passes(double from, double to) {
    for (double seconds = from; seconds <= to; seconds += 0.5) {
      turns(seconds);
    }
  }

  // The first one.

  @Test
  void theStartIsOverOnceTheFirstServerHasImportedEverything() {
    CompletableFuture<Void> begun = servers.begin();
    assertThat(begun).isNotDone();

    newest().imports();
    assertThat(begun).isCompleted();
    assertThat(news.fresh()).containsExactly("101 preloaded in 1500 ms");
  }

  @Test
  void theStartFailsWithWhatTheFirstServerCouldNotImport() {
    CompletableFuture<Void> begun = servers.begin();
    newest().dies("ImportError: no");

    assertThat(begun)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("ImportError: no");
    assertThat(news.fresh()).containsExactly("preload failed: ImportError: no");
  }

  @Test
  void theStartFailsIfThereIsNoSuchProgram() {
    obstacle = Optional.of("no such program");
    assertThat(servers.begin())
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("no such program");
  }

  // Workers.

  @Test
  void aWorkerIsReportedWhenItIsForkedAndWhenItEnds() throws Exception {
    FakeForkServer server = running();
    assertThat(launch(1).rqName()).isEqualTo("rq-w1");
    assertThat(news.fresh()).isEmpty();

    server.forks(1001);
    assertThat(news.fresh()).containsExactly("w1 forked as 1001: rq-w1");
    server.losesWorker(1001, 3);
    assertThat(news.fresh()).containsExactly("w1 exited, pid 1001, exit code 3");
  }

  /** The server may have answered while the daemon stood still. */
  @Test
  void aStallOfTheDaemonRestartsTheTimeoutsOfAServer() throws Exception {
    FakeForkServer server = running();
    launch(1);
    passes(0.5, 2);
    passes(32, 40);
    assertThat(server.endings()).isEmpty();

    passes(40.5, 43);
    assertThat(server.endings()).isNotEmpty();
  }

  @Test
  void aWorkerThatIsRefusedIsReported() throws Exception {
    FakeForkServer server = running();
    launch(1);
    server.refuses("no memory");
    assertThat(news.fresh()).containsExactly("w1 failed: fork server: no memory");
  }

  @Test
  void aWorkerThatIsNotWantedAnyMoreIsTakenBackUnlessItIsOnItsWay() throws Exception {
    FakeForkServer server = running();
    WorkerHandle onItsWay = launch(1);
    WorkerHandle waiting = launch(2);
    onItsWay.terminate();
    waiting.terminate();

    assertThat(news.fresh()).containsExactly("w2 failed: not wanted any more");
    assertThat(server.asked()).containsExactly(new WorkerId(1));
  }

  @Test
  void aWorkerIsTakenBackFromAFormerServer() throws Exception {
    FakeForkServer former = running();
    launch(1);
    WorkerHandle waiting = launch(2);
    renewed();
    waiting.kill();

    assertThat(news.fresh()).containsExactly("w2 failed: not wanted any more");
    assertThat(former.asked()).containsExactly(new WorkerId(1));
  }

  @Test
  void withoutAServerNoWorkerCanBeForkedAndTheReasonIsGiven() {
    assertThatThrownBy(() -> launch(1))
        .isInstanceOf(LaunchException.class)
        .hasMessage("fork server: there is no fork server yet");

    running().dies("it ended with signal 9");
    assertThatThrownBy(() -> launch(1)).hasMessage("fork server: it ended with signal 9");
  }

  @Test
  void aServerThatHasJustDiedIsAskedForNothing() {
    running().stopsTaking();
    assertThatThrownBy(() -> launch(1)).isInstanceOf(LaunchException.class);
    assertThat(newest().asked()).isEmpty();
  }

  // Death.

  @Test
  void theWorkersOfADeadServerLiveOnButRequestedOnesFail() throws Exception {
    FakeForkServer server = running();
    forks(server, 1);
    launch(2);
    launch(3);
    server.dies("it ended with signal 9");

    assertThat(news.fresh())
        .containsExactly(
            "w2 failed: fork server: it ended with signal 9",
            "w3 failed: fork server: it ended with signal 9",
            "w1 reparented, pid 1001",
            "101 lost: it ended with signal 9");
  }

  @Test
  void aDeadServerIsReplacedAfterTheBackoff() throws Exception {
    running().dies("killed");
    turns(10, 10.9);
    assertThat(started).hasSize(1);

    turns(11);
    assertThat(started).hasSize(2);
    news.fresh();
    newest().imports();
    assertThat(news.fresh()).containsExactly("102 preloaded in 1500 ms");
    launch(1);
    assertThat(newest().asked()).containsExactly(new WorkerId(1));
  }

  @Test
  void theBackoffDoublesWhileServersDieYoung() {
    running().dies("killed");
    turns(10, 11);
    newest().imports();
    turns(11);
    newest().dies("killed");
    turns(70.5, 72.4);
    assertThat(started).hasSize(2);

    turns(72.5);
    assertThat(started).hasSize(3);

    newest().dies("ImportError: no");
    turns(73, 76.9);
    assertThat(started).hasSize(3);
    turns(77);
    assertThat(started).hasSize(4);
  }

  @Test
  void aServerThatWasReadyForAMinuteResetsTheBackoff() {
    running().dies("killed");
    turns(10, 11);
    newest().imports();
    turns(11, 70);
    newest().dies("killed");
    turns(71, 71.9);
    assertThat(started).hasSize(2);

    turns(72);
    assertThat(started).hasSize(3);
  }

  @Test
  void timeSpentImportingDoesNotResetTheBackoff() {
    running().dies("killed");
    turns(0, 1, 2);
    newest().imports();
    turns(30);
    newest().dies("killed");
    turns(70.5, 72.4);
    assertThat(started).hasSize(2);

    turns(72.5);
    assertThat(started).hasSize(3);
  }

  @Test
  void aReplacementThatCannotBeStartedIsReportedAndTriedAgain() {
    running().dies("killed");
    news.fresh();
    obstacle = Optional.of("too many processes");
    turns(10, 11);
    assertThat(news.fresh()).containsExactly("preload failed: too many processes");
    assertThatThrownBy(() -> launch(1)).hasMessage("fork server: too many processes");

    obstacle = Optional.empty();
    turns(11.5, 13.4);
    assertThat(started).hasSize(1);
    turns(13.5);
    assertThat(started).hasSize(2);
  }

  @Test
  void aReplacementThatCannotImportIsReported() {
    running().dies("killed");
    turns(10, 11);
    news.fresh();
    newest().dies("ImportError: no");
    assertThat(news.fresh()).containsExactly("preload failed: ImportError: no");
  }

  @Test
  void aPoolThatStopsNeedsNoReplacement() {
    running().dies("killed");
    servers.tend(false, at(10));
    servers.tend(false, at(100));
    assertThat(started).hasSize(1);
  }

  // Hanging.

  @Test
  void aServerThatImportsForTooLongIsEnded() {
    CompletableFuture<Void> unused = servers.begin();
    passes(0, 29.5);
    assertThat(newest().isEnded()).isFalse();
    turns(30);
    assertThat(newest().endings()).containsExactly("no answer within 30s");
  }

  @Test
  void aServerThatDoesNotAnswerARequestIsEnded() throws Exception {
    FakeForkServer server = running();
    launch(1);
    passes(1, 10.5);
    assertThat(server.isEnded()).isFalse();
    turns(11);
    assertThat(server.endings()).containsExactly("no answer within 10s");
    assertThat(server.pings()).isZero();
  }

  @Test
  void eachRequestHasItsOwnTime() throws Exception {
    FakeForkServer server = running();
    launch(1);
    launch(2);
    passes(1, 9);
    server.forks(1001);
    passes(9.5, 19);
    assertThat(server.isEnded()).isFalse();

    turns(19.5);
    assertThat(server.isEnded()).isTrue();
  }

  @Test
  void aQuietServerIsPingedEveryTenSeconds() {
    FakeForkServer server = running();
    passes(0.5, 9.5);
    assertThat(server.pings()).isZero();
    turns(10);
    assertThat(server.pings()).isOne();

    server.answersPing();
    passes(10.5, 19.5);
    assertThat(server.pings()).isOne();
    turns(20);
    assertThat(server.pings()).isEqualTo(2);
    assertThat(server.isEnded()).isFalse();
  }

  @Test
  void aQuietServerThatDoesNotAnswerAPingIsEnded() {
    FakeForkServer server = running();
    passes(0.5, 20);
    assertThat(server.isEnded()).isFalse();
    turns(20.5);
    assertThat(server.endings()).containsExactly("no answer within 10s");
    assertThat(server.pings()).isOne();
  }

  @Test
  void aFormerServerThatHangsIsEndedAndOnlyItsWorkersAreReported() throws Exception {
    FakeForkServer former = running();
    forks(former, 1);
    renewed();
    passes(0.5, 20);
    assertThat(former.isEnded()).isFalse();
    turns(20.5);
    assertThat(former.endings()).containsExactly("no answer within 10s");

    former.dies("no answer within 10s");
    assertThat(news.fresh()).containsExactly("w1 reparented, pid 1001");
    assertThat(servers.pids()).containsExactly(102L);
  }

  // Renewal.

  @Test
  void workersComeFromTheOldServerUntilTheRenewedOneIsReady() throws Exception {
    FakeForkServer old = running();
    servers.renew();
    forks(old, 1);
    newest().imports();
    assertThat(news.fresh()).containsExactly("renewed: 102 preloaded in 1500 ms");
    launch(2);
    assertThat(newest().asked()).containsExactly(new WorkerId(2));
  }

  @Test
  void aRenewalThatFailsLeavesTheOldServerInPlace() throws Exception {
    FakeForkServer old = running();
    servers.renew();
    newest().dies("SyntaxError: no");
    assertThat(news.fresh()).containsExactly("renewed: preload failed: SyntaxError: no");

    passes(1, 9);
    assertThat(started).hasSize(2);

    launch(1);
    assertThat(old.asked()).containsExactly(new WorkerId(1));
    assertThat(old.isEnded()).isFalse();
  }

  @Test
  void aRenewalThatCannotBeStartedLeavesTheOldServerInPlace() throws Exception {
    FakeForkServer old = running();
    obstacle = Optional.of("too many processes");
    servers.renew();
    assertThat(news.fresh()).containsExactly("renewed: preload failed: too many processes");
    launch(1);
    assertThat(old.asked()).containsExactly(new WorkerId(1));
  }

  @Test
  void aRenewalThatImportsForTooLongIsEnded() {
    running();
    servers.renew();
    passes(1, 30.5);
    assertThat(newest().isEnded()).isFalse();
    turns(31);
    assertThat(newest().endings()).containsExactly("no answer within 30s");
  }

  @Test
  void anOvertakenRenewalIsEndedAndNotReported() {
    running();
    servers.renew();
    FakeForkServer overtaken = newest();
    servers.renew();
    assertThat(overtaken.isEnded()).isTrue();
    overtaken.dies("it ended with signal 9");
    assertThat(news.fresh()).isEmpty();

    newest().imports();
    assertThat(news.fresh()).containsExactly("renewed: 103 preloaded in 1500 ms");
  }

  @Test
  void anOvertakenRenewalThatWasReadyInItsLastMomentIsNotReported() throws Exception {
    FakeForkServer old = running();
    servers.renew();
    FakeForkServer overtaken = newest();
    servers.renew();
    overtaken.imports();
    assertThat(news.fresh()).isEmpty();
    launch(1);
    assertThat(old.asked()).containsExactly(new WorkerId(1));
  }

  @Test
  void aRenewalUnderWayTakesThePlaceOfADeadServer() throws Exception {
    FakeForkServer old = running();
    servers.renew();
    old.dies("killed");
    passes(1, 20);
    assertThat(started).hasSize(2);
    newest().imports();
    launch(1);
    assertThat(newest().asked()).containsExactly(new WorkerId(1));
  }

  @Test
  void aDeadServerIsReplacedOnceItsRenewalHasFailed() {
    FakeForkServer old = running();
    servers.renew();
    old.dies("killed");
    newest().dies("SyntaxError: no");
    assertThatThrownBy(() -> launch(1)).hasMessage("fork server: killed");
    turns(10, 11);
    assertThat(started).hasSize(3);
  }

  @Test
  void aRenewalThatSucceedsForgetsWhatFailedBefore() {
    running().dies("killed");
    turns(1, 2);
    newest().dies("killed");
    turns(3); // the next attempt would be due at 5
    renewed().dies("killed");
    turns(7, 7.9);
    assertThat(started).hasSize(3);

    turns(8);
    assertThat(started).hasSize(4);
  }

  // Former servers.

  @Test
  void aFormerServerGoesWithItsLastWorker() throws Exception {
    FakeForkServer former = running();
    forks(former, 1);
    forks(former, 2);
    renewed();
    former.losesWorker(1001, 0);
    turns(1);
    assertThat(former.isEnded()).isFalse();

    former.losesWorker(1002, 0);
    turns(2);
    assertThat(former.isEnded()).isTrue();
    assertThat(newest().isEnded()).isFalse();
  }

  @Test
  void aFormerServerWithoutWorkersGoes() {
    FakeForkServer former = running();
    renewed();
    turns(1);
    assertThat(former.isEnded()).isTrue();
    former.dies("it ended with signal 9");
    assertThat(news.fresh()).isEmpty();
  }

  @Test
  void aFormerServerStillForksWhatItWasAskedFor() throws Exception {
    FakeForkServer former = running();
    launch(1);
    launch(2);
    renewed();
    former.refuses("no memory");
    turns(1);
    assertThat(former.isEnded()).isFalse();

    former.refuses("no memory");
    turns(2);
    assertThat(former.isEnded()).isTrue();
  }

  @Test
  void aFormerServerThatNeverGotReadyGoesThoughWorkersWereRequestedOfIt() throws Exception {
    CompletableFuture<Void> unused = servers.begin();
    FakeForkServer former = newest();
    launch(1);
    renewed();
    turns(1);
    assertThat(former.isEnded()).isTrue();
    former.dies("it ended with signal 9");
    assertThat(news.fresh()).containsExactly("w1 failed: fork server: it ended with signal 9");
  }

  @Test
  void aFormerServerThatLosesItsLastWorkerDuringAPingGoes() throws Exception {
    FakeForkServer former = running();
    forks(former, 1);
    renewed();
    passes(0.5, 10.5);
    assertThat(former.pings()).isOne();

    former.losesWorker(1001, 0);
    former.answersPing();
    turns(11);
    assertThat(former.isEnded()).isTrue();
  }

  // The end.

  @Test
  void allServersAreKnownByTheirPids() {
    assertThat(servers.pids()).isEmpty();
    running();
    renewed();
    servers.renew();
    assertThat(servers.pids()).containsExactlyInAnyOrder(101L, 102L, 103L);
  }

  @Test
  void closingEndsAllServersAndReplacesNone() throws Exception {
    FakeForkServer former = running();
    forks(former, 1);
    renewed();
    servers.renew();
    servers.close();

    assertThat(started).hasSize(3).allMatch(FakeForkServer::isEnded);
    assertThat(news.fresh()).containsExactly("w1 reparented, pid 1001");
    turns(100, 200);
    assertThat(started).hasSize(3);
  }
}
