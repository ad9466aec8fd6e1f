package io.rqorchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code plot} through the real command line. */
final class PlotCommandTest {

  private static final String HISTORY =
      """
      {"time":"2026-11-25T12:00:00Z","event":"pool_started","name":"mail","min":2,"max":5,"threshold":0.5}
      {"time":"2026-11-25T12:00:05Z","event":"measured","active":2,"live":2,"utilization":0.8,"queued":3}
      {"time":"2026-11-25T12:00:05Z","event":"decided","decision":"grow","from":2,"to":3,"text":"busy","repeated":false}
      """;

  private final StringWriter printed = new StringWriter();
  private final StringWriter complained = new StringWriter();

  @TempDir private Path directory;
  private Path history;
  private Path picture;

  @BeforeEach
  void writeHistory() throws IOException {
    history = Files.writeString(directory.resolve("history.jsonl"), HISTORY);
    picture = directory.resolve("pool.svg");
  }

  private int plot(Object... arguments) {
    CommandLine commandLine = Main.commandLine(Map.of(), List.of());
    commandLine.setOut(new PrintWriter(printed));
    commandLine.setErr(new PrintWriter(complained));
    String[] words = new String[arguments.length + 1];
    words[0] = "plot";
    for (int i = 0; i < arguments.length; i++) {
      words[i + 1] = arguments[i].toString();
    }
    return commandLine.execute(words);
  }

  @Test
  void writesThePictureAndNamesIt() throws IOException {
    assertThat(plot(history, "--out", picture)).isZero();
    assertThat(printed).hasToString(picture + System.lineSeparator());
    assertThat(complained.toString()).isEmpty();
    assertThat(picture)
        .content()
        .startsWith("<svg ")
        .contains(">Pool mail<", ">max 5<", "<title>grow 2 -&gt; 3: busy</title>", ">5.0 s<");
  }

  @Test
  void takesATitle() throws IOException {
    assertThat(plot(history, "-o", picture, "--title", "Before & after")).isZero();
    assertThat(picture).content().contains(">Before &amp; after<").doesNotContain("Pool mail");
  }

  @Test
  void saysHowManyLinesItSkipped() throws IOException {
    Files.writeString(history, HISTORY + "{\"time\":\"2026-11-25T12:0");
    assertThat(plot(history, "--out", picture)).isZero();
    assertThat(complained)
        .asString()
        .isEqualToNormalizingNewlines(
            "rq-orchestrator plot: skipped 1 of 4 lines that could not be read\n");
    assertThat(picture).exists();
  }

  @Test
  void refusesAHistoryWithoutASample() throws IOException {
    Files.writeString(history, "");
    assertThat(plot(history, "--out", picture)).isEqualTo(1);
    assertThat(complained.toString()).hasLineCount(1).contains("holds no sample");
    assertThat(picture).doesNotExist();
  }

  @Test
  void refusesAHistoryThatCannotBeRead() {
    assertThat(plot(directory.resolve("none"), "--out", picture)).isEqualTo(2);
    assertThat(complained.toString()).hasLineCount(1).contains("must be a readable file");
  }

  @Test
  void doesNotOverwriteTheHistory() {
    assertThat(plot(history, "--out", history)).isEqualTo(2);
    assertThat(complained.toString()).hasLineCount(1).contains("must not be the history itself");
    assertThat(history).content().isEqualTo(HISTORY);
  }

  @Test
  void saysWhyAPictureCannotBeWritten() {
    assertThat(plot(history, "--out", directory.resolve("none/pool.svg"))).isEqualTo(1);
    assertThat(complained.toString()).hasLineCount(1).contains("--out (", "cannot be written");
  }

  @Test
  void wantsToKnowWhereTo() {
    assertThat(plot(history)).isEqualTo(2);
    assertThat(complained.toString()).hasLineCount(1).contains("--out");
  }
}
