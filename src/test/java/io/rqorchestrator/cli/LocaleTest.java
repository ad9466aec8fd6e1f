package io.rqorchestrator.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is not ASCII, in locales that have nothing else. */
class LocaleTest {

  /** {@code bücher}, for printf: a JVM in the C locale could not hand it to a process. */
  private static final String BUECHER = "b\\303\\274cher";

  @TempDir Path directory;

  private record Said(int exitCode, String text) {}

  // A JVM in the C locale.

  @Test
  void anArgumentThatJavaCannotReadIsRefused() throws Exception {
    assertThat(java("\"$@\" worker-pool --dry-run --queue=$(printf '" + BUECHER + "')"))
        .returns(2, Said::exitCode)
        .returns(
            "rq-orchestrator: argument 3 (--queue) cannot be read in this locale: set"
                + " LC_ALL=C.UTF-8, or start scripts/rq-orchestrator, which does\n",
            Said::text);
  }

  @Test
  void aVariableThatJavaCannotReadIsRefusedWithoutItsValue() throws Exception {
    assertThat(
            java(
                "RQ_REDIS_URL=redis://:$(printf '"
                    + BUECHER
                    + "')@h \"$@\" worker-pool --dry-run default"))
        .returns(2, Said::exitCode)
        .extracting(Said::text)
        .asString()
        .startsWith("rq-orchestrator: the environment variable RQ_REDIS_URL cannot be read")
        .doesNotContain("cher")
        .hasLineCount(1);
  }

  @Test
  void aCurrentDirectoryThatJavaCannotReadIsRefused() throws Exception {
    assertThat(
            java(
                "d=$(printf '"
                    + BUECHER
                    + "'); mkdir \"$d\"; cd \"$d\"; unset PWD; exec env -u PWD \"$@\" ps"))
        .returns(2, Said::exitCode)
        .extracting(Said::text)
        .asString()
        .startsWith("rq-orchestrator: the current directory cannot be read");
  }

  @Test
  void whatIsNotOursMayBeAnything() throws Exception {
    assertThat(java("NAME=$(printf '" + BUECHER + "') \"$@\" --version").exitCode()).isZero();
  }

  private Said java(String script) throws IOException, InterruptedException {
    return said(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()),
        script,
        Map.of("LC_ALL", "C"));
  }

  private Said said(List<String> command, String script, Map<String, String> environment)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    words.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(words).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
    builder.environment().keySet().removeIf(name -> name.startsWith("JAVA_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(process.waitFor(), text);
  }

  // What it finds.

  @Test
  void anyLocaleWillDoThatHasTheCharacters() {
    byte[] latin = {'b', (byte) 0xfc, 0};

    assertThat(
            new LocaleCheck(latin, new byte[0], List.of(StandardCharsets.ISO_8859_1))
                .problem(new String[] {"bü"}, Map.of(), "/"))
        .isEmpty();
    assertThat(
            new LocaleCheck("bü\0".getBytes(UTF_8), new byte[0], List.of(US_ASCII, UTF_8))
                .problem(new String[] {"bü"}, Map.of(), "/"))
        .isEmpty();
  }

  @Test
  void whereTheKernelTellsNothingNothingIsFound() {
    assertThat(
            new LocaleCheck(new byte[0], new byte[0], List.of(US_ASCII))
                .problem(new String[] {"b??"}, Map.of("RQ_REDIS_URL", "??"), "/"))
        .isEmpty();
  }

  @Test
  void aTypedQuestionMarkIsNoUnreadableCharacter() {
    assertThat(
            new LocaleCheck("java\0b?\0".getBytes(UTF_8), new byte[0], List.of(US_ASCII))
                .problem(new String[] {"b?"}, Map.of(), "/"))
        .isEmpty();
  }

  // The script that starts it.

  @ParameterizedTest
  @CsvSource({
    "'','','', '|C.UTF-8|'",
    "'','',C, '|C.UTF-8|C'",
    "'','',POSIX, '|C.UTF-8|POSIX'",
    "'',C,en_US.UTF-8, '|C.UTF-8|en_US.UTF-8'",
    "C,'',en_US.UTF-8, 'C.UTF-8|C.UTF-8|en_US.UTF-8'",
    "'','',de_DE.UTF-8, '||de_DE.UTF-8'",
    "'',de_DE.UTF-8,C, '|de_DE.UTF-8|C'",
    "de_DE.UTF-8,C,C, 'de_DE.UTF-8|C|C'"
  })
  void theScriptSetsOneWhereThereIsNone(String all, String ctype, String lang, String seen)
      throws Exception {
    Path script = directory.resolve("rq-orchestrator");
    Files.copy(Path.of("scripts", "rq-orchestrator"), script);
    Files.createFile(directory.resolve("rq-orchestrator.jar"));
    Files.createDirectory(directory.resolve("bin"));
    Files.writeString(directory.resolve("release"), "JAVA_VERSION=\"17\"\n");
    Path java = directory.resolve("bin/java");
    Files.writeString(java, "#!/bin/sh\necho \"${LC_ALL:-}|${LC_CTYPE:-}|${LANG:-}\"\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));

    assertThat(
            said(
                List.of(script.toString()),
                "JAVA_HOME=$PWD exec sh \"$@\"",
                Map.of("LC_ALL", all, "LC_CTYPE", ctype, "LANG", lang)))
        .isEqualTo(new Said(0, seen + "\n"));
  }
}
