package io.rqorchestrator.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.browser.Browser;
import io.rqorchestrator.control.EventHistory;
import io.rqorchestrator.control.GivenStatus;
import io.rqorchestrator.control.StatusBoard;
import io.rqorchestrator.event.ScalingEvent;
import io.rqorchestrator.event.WorkerEvent;
import io.rqorchestrator.scaling.Reason;
import io.rqorchestrator.scaling.ScalingDecision;
import io.rqorchestrator.time.SystemTicks;
import io.rqorchestrator.time.Tick;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The page in a real browser, against a pool that does what the test wants. */
final class DashboardPageIT {

  private static final String HOSTILE =
      "<img src=x onerror=\"document.title='owned'\"></script><script>document.title='owned'</script>";

  private final SystemTicks ticks = new SystemTicks();
  private final Tick begun = ticks.now();
  private final StatusBoard board = new StatusBoard();
  private final EventHistory history = new EventHistory();
  private final ScheduledExecutorService turns = Executors.newSingleThreadScheduledExecutor();
  private volatile Duration clockSetBy = Duration.ZERO;
  private WebServer web;

  private void serve(GivenStatus status) throws IOException {
    turn(status);
    Future<?> unused =
        turns.scheduleAtFixedRate(() -> turn(status), 500, 500, TimeUnit.MILLISECONDS);
    web = WebServer.start("127.0.0.1", 0, board, history, ticks);
  }

  private Browser open(GivenStatus status) throws IOException {
    serve(status);
    return Browser.at(web.address());
  }

  private void turn(GivenStatus status) {
    Tick now = ticks.now();
    board.publish(status.at(now.wall().plus(clockSetBy)).status(), now);
  }

  @AfterEach
  void stop() {
    turns.shutdownNow();
    web.close();
  }

  private void samples(int seconds) {
    samples(seconds, 1);
  }

  private void samples(int seconds, int apart) {
    for (int i = seconds; i > 0; i -= apart) {
      history.accept(
          begun.plus(Duration.ofSeconds(-i)),
          new ScalingEvent.Measured(
              1.2,
              Duration.ofSeconds(30),
              0.6,
              2,
              2,
              1,
              3,
              Optional.of(Duration.ofSeconds(2)),
              0,
              0,
              List.of()));
    }
  }

  private void grow(int from, String why, int secondsAgo) {
    history.accept(
        begun.plus(Duration.ofSeconds(-secondsAgo)),
        new ScalingEvent.Decided(
            new ScalingDecision.Grow(from, from + 1, new Reason(Reason.Code.ABOVE_THRESHOLD, why)),
            false));
  }

  @Test
  void whatComesFromQueuesAndJobsIsOnlyText() throws IOException {
    grow(1, HOSTILE, 5);
    history.accept(begun, new WorkerEvent.StartFailed(HOSTILE, Duration.ofSeconds(1)));
    try (Browser browser = open(new GivenStatus().onQueue(HOSTILE).atJob(HOSTILE))) {
      browser.await("#workers .job", HOSTILE::equals);
      browser.await("#queues th", HOSTILE::equals);
      browser.await("#history .text", text -> text.contains(HOSTILE));
      browser.element(".marker").sendKeys("");
      browser.await("#tip span", text -> text.contains(HOSTILE));

      assertThat(browser.script("return document.title")).isEqualTo("3 workers · mail");
      assertThat(browser.script("return document.querySelectorAll('main img, main script').length"))
          .isEqualTo(0L);
      assertThat(browser.errors()).isEmpty();
    }
  }

  @Test
  void thePastIsThereOnceThePageIs() throws IOException {
    samples(120);
    grow(1, "utilization 0.71 > 0.50", 60);
    grow(2, "utilization 0.66 > 0.50", 30);
    try (Browser browser = open(new GivenStatus())) {
      browser.await(".marker", "▲"::equals);
      assertThat(browser.texts(".marker")).hasSize(2);

      browser.await(".chart:nth-child(2) figcaption", text -> text.contains("42"));
      // Something is drawn, in each chart.
      assertThat(
              browser.script(
                  "return [...document.querySelectorAll('#charts canvas')].every(canvas => new"
                      + " Set(canvas.getContext('2d').getImageData(0, 0, canvas.width,"
                      + " canvas.height).data).size > 20)"))
          .isEqualTo(true);
      assertThat(browser.errors()).isEmpty();
    }
  }

  /** The columns of the first chart, as its library has them. */
  private static Object chart(Browser browser, String script) {
    return browser.script("const [at, live] = uPlot.sync('pool').plots[0].data; return " + script);
  }

  private static void awaitChart(Browser browser, String condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> chart(browser, condition).equals(true));
  }

  @Test
  void theCurvesOfAPoolThatIsSampledRarelyAreWhole() throws IOException {
    samples(300, 10);
    try (Browser browser = open(new GivenStatus())) {
      awaitChart(browser, "at.length > 30");
      assertThat(chart(browser, "live.includes(null)")).isEqualTo(false);
    }
  }

  @Test
  void theCurvesAreBrokenOffWhereSamplesAreMissing() throws IOException {
    samples(30);
    try (Browser browser = open(new GivenStatus())) {
      awaitChart(browser, "at.length > 30");
      Object before = chart(browser, "live.filter((value) => value === null).length");
      clockSetBy = Duration.ofSeconds(20);
      awaitChart(browser, "live.filter((value) => value === null).length > " + before);
    }
  }

  @Test
  void theCurvesGoOnWhenTheClockIsSetBack() throws IOException {
    samples(60);
    try (Browser browser = open(new GivenStatus())) {
      awaitChart(browser, "at.length > 60");
      long set = ticks.now().wall().getEpochSecond();
      clockSetBy = Duration.ofSeconds(-30);
      awaitChart(browser, "at.at(-1) < " + (set - 10));
      awaitChart(browser, "at.at(-1) > " + (set - 27));

      assertThat(chart(browser, "at[0] < " + (begun.wall().getEpochSecond() - 50)))
          .as("what was before is kept")
          .isEqualTo(true);
      assertThat(chart(browser, "at.every((t, i) => i === 0 || t > at[i - 1])")).isEqualTo(true);
      assertThat(browser.errors()).isEmpty();
    }
  }

  @Test
  void aPoolThatAimsAtAWaitSaysSo() throws IOException {
    samples(60);
    try (Browser browser = open(new GivenStatus().aimingAt(Duration.ofSeconds(2)))) {
      browser.await("#t-wait-note", text -> text.startsWith("target 2"));
      assertThat(browser.errors()).isEmpty();
    }
  }

  @Test
  void theReasonsAreReachedByKeyboard() throws IOException {
    samples(60);
    grow(1, "the first reason", 40);
    grow(2, "the second reason", 20);
    try (Browser browser = open(new GivenStatus())) {
      browser.await(".marker", "▲"::equals);
      assertThat(
              browser.script("return document.querySelectorAll('.marker[tabindex=\"0\"]').length"))
          .isEqualTo(1L);

      browser.element(".marker[tabindex='0']").sendKeys(Keys.ARROW_LEFT);
      browser.await("#tip", text -> text.contains("the first reason"));
      browser.element(".marker[tabindex='0']").sendKeys(Keys.END);
      browser.await("#tip", text -> text.contains("the second reason"));
      browser.element(".marker[tabindex='0']").sendKeys(Keys.ESCAPE);
      assertThat(browser.element("#tip").isDisplayed()).isFalse();
    }
  }

  @Test
  void aLostConnectionIsSaidAndTakenUpAgain() throws IOException {
    grow(1, "before", 10);
    try (Browser browser = open(new GivenStatus())) {
      browser.await("#link", "live"::equals);
      int port = web.address().getPort();
      web.close();
      browser.await("#lost", text -> text.contains("connection to the daemon is gone"));
      browser.await("#link", "reconnecting"::equals);

      grow(2, "while it was away", 0);
      web = WebServer.start("127.0.0.1", port, board, history, ticks);
      browser.await("#link", "live"::equals);
      browser.await("#history .text", text -> text.contains("while it was away"));
      assertThat(browser.element("#lost").isDisplayed()).isFalse();
      assertThat(browser.texts("#history li")).hasSize(2);
    }
  }

  /** As when the daemon's host loses its power: the connection is never closed. */
  @Test
  void aConnectionThatFallsSilentIsTakenUpAgain() throws IOException {
    serve(new GivenStatus());
    try (Relay network = new Relay(web.address());
        Browser browser = Browser.at(network.address())) {
      browser.await("#link", "live"::equals);

      network.lose();
      browser.await("#link", "silent"::equals);

      browser.await("#link", "live"::equals);
      assertThat(browser.element("#lost").isDisplayed()).isFalse();
    }
  }

  @Test
  void theMemoryIsThatOfTheWholePool() throws IOException {
    try (Browser browser = open(new GivenStatus())) {
      browser.await("#t-memory", "250 MB"::equals);
      browser.await("#t-memory-note", "45 MB a worker"::equals);
    }
  }

  @Test
  void anIdWithoutRoomKeepsItsEnd() throws IOException {
    String site = "a-site-with-a-long-name.example.com::";
    try (Browser browser =
        open(new GivenStatus().atJob(site + "0b1c2d3e4f5a6b7c").onQueue(site + "short"))) {
      browser.emulate(390, 844, "light");
      browser.await("#workers .job .tail", "c2d3e4f5a6b7c"::equals);
      for (String tail : List.of("#workers .job .tail", "#queues th .tail")) {
        String edge = "document.querySelector('%s')%s.getBoundingClientRect().right";
        assertThat(
                browser.script(
                    "return %s <= %s + 1"
                        .formatted(
                            edge.formatted(tail, ""), edge.formatted(tail, ".parentElement"))))
            .as(tail)
            .isEqualTo(true);
      }
    }
  }

  @Test
  void fitsAPhone() throws IOException {
    samples(60);
    grow(1, "utilization 0.71 > 0.50 (load 0.71, window 30s, queued 12)", 2);
    try (Browser browser =
        open(new GivenStatus().atJob("job-".repeat(30)).onQueue("q".repeat(99)))) {
      browser.await("#link", "live"::equals);
      browser.emulate(390, 844, "dark");
      browser.await("body", text -> text.contains("job-job"));

      assertThat(browser.script("return document.documentElement.scrollWidth")).isEqualTo(390L);
      assertThat(browser.script("return getComputedStyle(document.body).backgroundColor"))
          .isEqualTo("rgb(14, 19, 25)");
    }
  }
}
