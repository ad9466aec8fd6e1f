package io.rqorchestrator.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.Survivor;
import io.rqorchestrator.process.PoolStateFile.Recorded;
import io.rqorchestrator.time.Later;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Writing does not delay the caller. */
class PoolStateFileTest {

  @TempDir private Path directory;

  private final Later disk = new Later();

  private PoolStateFile file() {
    return new PoolStateFile(directory, "abc", disk);
  }

  private static Recorded worker(long pid) {
    return Recorded.of(new Survivor(pid, "w" + pid, Role.CORE, true, "token"), 7);
  }

  @Test
  void changesThatComeWhileAWriteWaitsAreWrittenWithIt() {
    PoolStateFile file = file();
    for (long pid = 11; pid <= 14; pid++) {
      file.add(worker(pid));
    }
    for (long pid = 11; pid <= 14; pid++) {
      file.endRequested(pid, DrainReason.STOP);
    }
    file.remove(12);

    assertThat(disk.waiting()).isEqualTo(1);
    assertThat(directory).isEmptyDirectory();
    assertThat(file.pids()).containsExactlyInAnyOrder(11L, 13L, 14L);

    disk.works();
    assertThat(file().read()).extracting(Recorded::pid).containsExactlyInAnyOrder(11L, 13L, 14L);
    assertThat(file().read())
        .extracting(worker -> Optional.ofNullable(worker.asked()))
        .containsOnly(Optional.of(DrainReason.STOP));
  }

  @Test
  void whatChangesAfterAWriteHasBegunIsWrittenByTheNext() {
    PoolStateFile file = file();
    file.add(worker(11));
    disk.works();
    file.add(worker(12));
    assertThat(disk.waiting()).isEqualTo(1);
    disk.works();

    assertThat(file().read()).extracting(Recorded::pid).containsExactlyInAnyOrder(11L, 12L);
  }

  @Test
  void whatChangesNothingIsNotWritten() {
    PoolStateFile file = file();
    file.remove(11);
    file.endRequested(11, DrainReason.STOP);
    assertThat(disk.waiting()).isZero();
  }

  @Test
  void goesOnWhereNothingCanBeWritten() throws Exception {
    PoolStateFile file = new PoolStateFile(directory.resolve("missing"), "abc", disk);
    file.add(worker(11));
    disk.works();
    Files.createDirectory(directory.resolve("missing"));
    file.add(worker(12));
    disk.works();

    assertThat(directory.resolve("missing/abc.state")).content().contains("11", "12");
  }

  /** A daemon of another release reads the file: its words stay. */
  @Test
  void theWordsOfTheFileAreThese() throws Exception {
    PoolStateFile file = file();
    Survivor survivor = new Survivor(11, "mail-w1", Role.CORE, true, "token");
    file.add(Recorded.of(survivor.startedWith("queues=mail"), 7));
    file.endRequested(11, DrainReason.STOP);
    disk.works();

    assertThat(directory.resolve("abc.state"))
        .content()
        .isEqualTo(
            """
            {"version":1,"workers":[{"pid":11,"start":7,"rqName":"mail-w1","role":"CORE",\
            "lossFree":true,"asked":"STOP","token":"token","startedWith":"queues\\u003dmail"}]}""");
  }

  @ParameterizedTest
  @CsvSource({
    "CORE, CORE, RETIRE, RETIRE",
    "ELASTIC, ELASTIC, STOP, STOP",
    "CORE, CORE, START_TIMEOUT, START_TIMEOUT",
    "CORE, CORE, RESTART, RESTART",
    "CORE, CORE, RECYCLE, RECYCLE",
    "CORE, CORE, UNRESPONSIVE, UNRESPONSIVE",
    "CORE, CORE, FORGOTTEN, FORGOTTEN",
    "CORE, CORE, SOMETHING_NEW,",
  })
  void theWordsForConstantsAreThese(
      String roleWord, Role role, String askedWord, @Nullable DrainReason asked) throws Exception {
    Files.writeString(
        directory.resolve("abc.state"),
        """
        {"version":1,"workers":[{"pid":11,"start":7,"rqName":"w","role":"%s","lossFree":true,\
        "asked":"%s"}]}"""
            .formatted(roleWord, askedWord));

    Recorded worker = file().read().get(0);
    assertThat(worker.role()).isEqualTo(role);
    assertThat(worker.asked()).isEqualTo(asked);
    assertThat(worker.survivor().token()).isEmpty();
  }
}
