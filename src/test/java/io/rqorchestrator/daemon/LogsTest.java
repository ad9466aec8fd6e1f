package io.rqorchestrator.daemon;

import static io.rqorchestrator.time.Ticks.at;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import com.google.gson.JsonParser;
import io.rqorchestrator.event.WorkerEvent;
import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.DrainStep;
import io.rqorchestrator.pool.WorkerId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * What the log looks like, whatever names and ids there are in it.
 *
 * <p>Isolated, because it replaces standard error: a command line that runs meanwhile would write
 * its errors there.
 */
@Isolated
final class LogsTest {

  private static final String TIME =
      "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}[+-]\\d\\d:\\d\\d ";

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream before = System.err;

  @BeforeEach
  void takeStandardError() {
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void giveStandardErrorBack() {
    System.setErr(before);
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
  }

  private String written() {
    return written.toString(StandardCharsets.UTF_8);
  }

  private static Logger log() {
    return (Logger) LoggerFactory.getLogger("io.rqorchestrator.test");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a)b",
        "%msg",
        "%nopex{x}",
        "(",
        "{}",
        "\\",
        "%d{",
        "a:b",
        "'",
        "$x",
        "${user.home}"
      })
  void aPoolsNameIsNoPattern(String name) {
    Logs.configure(Logs.Detail.INFO, Logs.Format.TEXT, name, Map.of());
    log().info("hello");

    assertThat(written()).matches(TIME + "INFO  \\[.*\\R").contains("[" + name + "] hello");
  }

  @Test
  void nothingInALineEndsItOrMovesTheCursor() {
    Logs.configure(Logs.Detail.INFO, Logs.Format.TEXT, "q\n\033[2J\u202e", Map.of());
    log().warn("Redis says \u009b2J {}", "\r\nforged");

    assertThat(written()).hasLineCount(1).endsWith("[q??[2J?] Redis says ?2J ??forged\n");
  }

  @Test
  void anIdOfAJobNeitherEndsTheLineNorMovesTheCursor() {
    Logs.configure(Logs.Detail.INFO, Logs.Format.TEXT, "q", Map.of());
    new EventLog()
        .accept(
            at(0),
            new WorkerEvent.WorkerDraining(
                new WorkerId(1),
                11,
                DrainReason.STOP,
                DrainStep.ASKED,
                "id\n\033[2Jforged",
                false));

    assertThat(written())
        .hasLineCount(1)
        .contains("[q] stop w1 (pid 11): asked to go after its job id??[2Jforged");
  }

  @Test
  void everyLineOfAStackTraceIsALineOfTheLog() {
    Logs.configure(Logs.Detail.INFO, Logs.Format.TEXT, "q", Map.of());
    log().error("broken", new IllegalStateException("id\033[2J"));

    assertThat(written().lines()).hasSizeGreaterThan(2).allMatch(line -> line.contains(" [q] "));
    assertThat(written()).contains("id?[2J");
  }

  @Test
  void linesOfJsonKeepWhatIsUnseenButDoNotShowIt() {
    Logs.configure(Logs.Detail.INFO, Logs.Format.JSON, "q\u202e", Map.of());
    log().warn("a\033\u009b\nb");

    assertThat(written()).hasLineCount(1).matches("\\p{Print}*\n");
    assertThat(JsonParser.parseString(written()).getAsJsonObject())
        .returns("q\u202e", line -> line.get("pool").getAsString())
        .returns("a\033\u009b\nb", line -> line.get("message").getAsString());
  }

  @Test
  void theJournalGetsPrioritiesAndNoSecondTime(@TempDir Path directory) throws Exception {
    Path stream = Files.createFile(directory.resolve("stream"));
    Map<String, Object> file = Files.readAttributes(stream, "unix:dev,ino");
    Map<String, String> ours = Map.of("JOURNAL_STREAM", file.get("dev") + ":" + file.get("ino"));
    assertThat(Journal.isAt(stream, ours)).isTrue();
    assertThat(Journal.isAt(Path.of("/dev/null"), ours)).isFalse();
    assertThat(Journal.isAt(stream, Map.of())).isFalse();
    assertThat(Journal.isAt(directory.resolve("gone"), ours)).isFalse();

    Path standardError = Path.of("/proc/self/fd/2");
    Map<String, Object> actual = Files.readAttributes(standardError, "unix:dev,ino");
    Logs.configure(
        Logs.Detail.DEBUG,
        Logs.Format.TEXT,
        "q",
        Map.of("JOURNAL_STREAM", actual.get("dev") + ":" + actual.get("ino")));
    log().debug("d");
    log().info("i");
    log().warn("w");
    log().error("e\nforged");

    assertThat(written().lines())
        .containsExactly("<7>[q] d", "<6>[q] i", "<4>[q] w", "<3>[q] e?forged");
  }
}
