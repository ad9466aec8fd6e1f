package io.rqorchestrator.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lines with which the README installs the program as a service, below another root. */
final class InstallationTest {

  private static final String BEGIN = "```sh\nsudo install";

  @TempDir private Path root;

  @BeforeEach
  void programsThatChangeNothingOutside() throws IOException {
    Files.createDirectories(root.resolve("usr/local/bin"));
    program("sudo", "exec \"$@\"");
    program("getent", "test -e \"$ROOT/user\"");
    program("useradd", "test ! -e \"$ROOT/user\" && touch \"$ROOT/user\"");
    program("sudoedit", "test -s \"$1\" || echo RQ_ORCHESTRATOR_MAX_WORKERS=8 >\"$1\"");
    program("systemctl", "exit 0");
    program("rq-orchestrator", "exit 0");
  }

  private void program(String name, String line) throws IOException {
    Path file = Files.createDirectories(root.resolve("programs")).resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + line + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private String lines() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    int begin = readme.indexOf(BEGIN) + "```sh\n".length();
    return readme
        .substring(begin, readme.indexOf("```", begin))
        .replaceAll(" (/opt|/etc|/usr)/", " " + root + "$1/")
        .replace("target/rq-orchestrator.jar", root + "/rq-orchestrator.jar");
  }

  private void install(String jar) throws IOException, InterruptedException {
    Files.writeString(root.resolve("rq-orchestrator.jar"), jar);
    ProcessBuilder shell = new ProcessBuilder("bash", "-eu", "-c", lines()).inheritIO();
    shell.environment().put("ROOT", root.toString());
    shell.environment().merge("PATH", root + "/programs:", (path, ours) -> ours + path);
    assertThat(shell.start().waitFor()).isZero();
  }

  @Test
  void everyLineCanBeRunAgainAndKeepsTheSettings() throws IOException, InterruptedException {
    install("first");
    Path settings = root.resolve("etc/rq-orchestrator/app.env");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(settings)))
        .isEqualTo("rw-------");
    Files.writeString(settings, "RQ_REDIS_URL=redis://elsewhere\n");

    install("second");

    assertThat(settings).hasContent("RQ_REDIS_URL=redis://elsewhere");
    assertThat(root.resolve("opt/rq-orchestrator/rq-orchestrator.jar")).hasContent("second");
    assertThat(root.resolve("etc/systemd/system/rq-orchestrator@.service")).isRegularFile();
    assertThat(
            Files.exists(root.resolve("usr/local/bin/rq-orchestrator"), LinkOption.NOFOLLOW_LINKS))
        .isTrue();
  }
}
