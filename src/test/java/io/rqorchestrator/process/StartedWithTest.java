package io.rqorchestrator.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.process.LaunchSettings.PoolNames;
import io.rqorchestrator.process.LaunchSettings.Preload;
import io.rqorchestrator.process.LaunchSettings.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which workers would be started differently now. */
class StartedWithTest {

  private static final String URL = "redis://:very-secret@here:6379/0";

  @TempDir Path directory;

  private String python = "";

  @BeforeEach
  void thereIsPython() throws IOException {
    Path bin = Files.createDirectories(directory.resolve("venv/bin"));
    python = executable(bin.resolve("python3")).toString();
  }

  private static Path executable(Path file) throws IOException {
    return Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  private StartedWith with(String queues) {
    return with(queues, python, directory, "worker", "", "");
  }

  private StartedWith with(
      String queues, String python, Path place, String entry, String arguments, String preload) {
    return StartedWith.of(
        settings(queues, python, place, entry, arguments, preload, URL), Map.of("PATH", "/bin"));
  }

  private static LaunchSettings settings(
      String queues,
      String python,
      Path place,
      String entry,
      String arguments,
      String preload,
      String url) {
    return new LaunchSettings(
        new PoolNames("0123456789ab", "test", "test"),
        python,
        place,
        new Program(List.of("-m", "rq.cli", entry), words(arguments), true, true, true),
        words(queues),
        new Preload(words(preload), Duration.ofSeconds(60)),
        url);
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(",", -1));
  }

  /** The same, written and read again by a next daemon. */
  private static StartedWith read(StartedWith written) {
    assertThat(written.text()).isASCII().doesNotContain(" ");
    return StartedWith.parse(written.text()).orElseThrow();
  }

  @Test
  void theSameOptionsAreTheSame() {
    StartedWith then = with("high,low", python, directory, "worker", "--logging_level,DEBUG", "rq");
    StartedWith now = with("high,low", python, directory, "worker", "--logging_level,DEBUG", "rq");

    assertThat(read(then).differences(now)).isEmpty();
    assertThat(read(then.withScheduler(true)).differences(now.withScheduler(true))).isEmpty();
  }

  @Test
  void namesEachPartThatDiffers() throws IOException {
    Path other = Files.createDirectory(directory.resolve("other"));
    StartedWith then = with("low");

    assertThat(read(then).differences(with("high,low")))
        .contains("it serves queues low, the pool now serves high,low");
    assertThat(read(then).differences(with("low", python, other, "worker", "", "")))
        .contains(
            "it works in %s, the pool now works in %s".formatted(real(directory), real(other)));
    assertThat(read(then).differences(with("low", python, directory, "rqworker", "", "")))
        .contains("its --worker-entry or --worker-command is another");
    assertThat(read(then).differences(with("low", python, directory, "worker", "-w,x.Y", "")))
        .contains("its arguments for rq worker are others");
    assertThat(read(then).differences(with("low", python, directory, "worker", "", "rq,shop")))
        .contains("it was forked with nothing, the pool now preloads rq,shop");
    assertThat(read(then.withScheduler(false)).differences(then.withScheduler(true)))
        .contains("it was started without RQ's scheduler, and is now to run it");
    assertThat(read(then).differences(with("high", python, other, "worker", "", "")).orElseThrow())
        .contains("it works in", "; it serves queues low, the pool now serves high");
  }

  /** Redis serves the queues in this order. */
  @Test
  void theOrderOfQueuesMatters() {
    assertThat(with("low,high").differences(with("high,low"))).isPresent();
  }

  @Test
  void aPasswordIsNotWrittenDown() {
    StartedWith other =
        StartedWith.of(
            settings("low", python, directory, "worker", "", "", URL + "1"),
            Map.of("PATH", "/bin", "RQ_CONFIG", "very-secret"));

    assertThat(with("low").differences(other))
        .hasValueSatisfying(
            text -> assertThat(text).contains("its Redis URL is another", "RQ_CONFIG is another"));
    assertThat(with("low").text() + other.text()).doesNotContain("secret");
  }

  @Test
  void itDoesNotMatterHowAnOptionNamesThePythonOrTheDirectory() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("current"), directory);
    StartedWith then = with("low");

    assertThat(then.differences(with("low", "venv/bin/python3", directory, "worker", "", "")))
        .isEmpty();
    assertThat(
            then.differences(with("low", link + "/venv/bin/python3", directory, "worker", "", "")))
        .isEmpty();
    assertThat(then.differences(with("low", python, link, "worker", "", ""))).isEmpty();
    assertThat(
            then.differences(
                StartedWith.of(
                    settings("low", "python3", directory, "worker", "", "", URL),
                    Map.of("PATH", "/nowhere:" + directory.resolve("venv/bin")))))
        .isEmpty();
  }

  /** A link that leads elsewhere, as to another release. */
  @Test
  void itMattersWhereALinkLeadsTo() throws IOException {
    Path link = directory.resolve("current");
    Files.createSymbolicLink(link, Files.createDirectory(directory.resolve("1")));
    StartedWith then = with("low", python, link, "worker", "", "");
    Files.delete(link);
    Files.createSymbolicLink(link, Files.createDirectory(directory.resolve("2")));

    assertThat(then.differences(with("low", python, link, "worker", "", "")))
        .hasValueSatisfying(text -> assertThat(text).startsWith("it works in").endsWith("/2"));
  }

  /** All venvs of a Python link to the same one. */
  @Test
  void twoVenvsAreTwoPythons() throws IOException {
    Path bin = Files.createDirectories(directory.resolve("other/bin"));
    Path other = Files.createSymbolicLink(bin.resolve("python3"), Path.of(python));

    assertThat(with("low").differences(with("low", other.toString(), directory, "worker", "", "")))
        .isPresent();
  }

  @Test
  void whatElseIsInTheEnvironmentDoesNotMatter() {
    LaunchSettings settings = settings("low", python, directory, "worker", "", "", URL);
    StartedWith then = StartedWith.of(settings, Map.of("PATH", "/bin", "LANG", "C"));

    assertThat(then.differences(StartedWith.of(settings, Map.of("PATH", "/usr/bin", "TERM", "x"))))
        .isEmpty();
  }

  /** Another release may know of others. */
  @Test
  void aPartThatOneOfThemDoesNotKnowIsNotCompared() {
    StartedWith then = StartedWith.parse("queues=low&moon=full").orElseThrow();

    assertThat(then.differences(with("low"))).isEmpty();
  }

  @Test
  void whatMakesNoSenseIsNotUnderstood() {
    assertThat(StartedWith.parse("")).isEqualTo(Optional.empty());
    assertThat(StartedWith.parse("queues")).isEmpty();
    assertThat(StartedWith.parse("queues=%zz")).isEmpty();
  }

  @Test
  void aQueueOfAnyNameSurvives() {
    StartedWith then = with("b\u00fccher &=%\n");

    assertThat(read(then).differences(then)).isEmpty();
  }

  private static Path real(Path path) throws IOException {
    return path.toRealPath();
  }
}
