package io.rqorchestrator.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The shipped files for systemd, as far as they can be tested without systemd. */
final class SystemdUnitTest {

  private static final Path DIRECTORY = Path.of("scripts/systemd");
  private static final String UNIT = "rq-orchestrator@.service";
  private static final int SIGHUP = 1;
  private static final int KILLED_BY_A_SIGNAL = 128;

  private static List<String> settings(String file) throws IOException {
    return Files.readAllLines(DIRECTORY.resolve(file)).stream()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }

  @Test
  void noWatchdogKillsHealthyWorkers() throws IOException {
    assertThat(settings(UNIT))
        .contains("KillMode=mixed")
        .noneMatch(line -> line.startsWith("WatchdogSec"));
    assertThat(settings(UNIT + ".d/keep-workers.conf"))
        .contains("KillMode=process", "WatchdogSec=30s");
  }

  /** Each attempt may wait for Redis or Python as long as --start-timeout, a minute. */
  @Test
  void aStartThatCannotSucceedIsTriedTenTimes() throws IOException {
    assertThat(settings(UNIT))
        .contains("StartLimitBurst=10", "StartLimitIntervalSec=15min", "Restart=on-failure");
  }

  @Test
  void aStopOfAJvmThatHasNotBegunIsASuccess() throws IOException {
    assertThat(settings(UNIT)).contains("SuccessExitStatus=143");
  }

  @Test
  void theReloadNeedsNoProgramButTheShell() throws Exception {
    Pattern reload = Pattern.compile("ExecReload=/bin/sh -c '(.*)'");
    Matcher found =
        settings(UNIT).stream()
            .map(reload::matcher)
            .filter(Matcher::matches)
            .findFirst()
            .orElseThrow();
    Process daemon = // SIGHUP is ignored under nohup, and a child inherits that.
        new ProcessBuilder("env", "--default-signal=HUP", "sleep", "60").start();
    try {
      ProcessBuilder shell =
          new ProcessBuilder("/bin/sh", "-c", found.group(1).replace("$$", "$")).inheritIO();
      shell.environment().clear();
      shell
          .environment()
          .putAll(Map.of("PATH", "/nowhere", "MAINPID", String.valueOf(daemon.pid())));

      assertThat(shell.start().waitFor()).isZero();
      assertThat(daemon.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(daemon.exitValue()).isEqualTo(KILLED_BY_A_SIGNAL + SIGHUP);
    } finally {
      daemon.destroyForcibly();
    }
  }
}
