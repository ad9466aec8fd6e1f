package io.rqorchestrator.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Sockets as {@code /proc/net/unix} lists them. */
class OtherUsersPoolsTest {

  private static final Path OWN = Path.of("/tmp/rq-orchestrator-1000");
  private static final String POOL = "0123456789ab";

  /** Any directory that root owns and that is named after root. */
  private static final String ROOTS = "/run/rq-orchestrator/" + POOL + ".sock";

  @Test
  void nobodyListens() throws Exception {
    assertThat(holder("Num       RefCount Protocol Flags    Type St Inode Path")).isEmpty();
  }

  @Test
  void ourOwnSocketIsNotAnothers() throws Exception {
    assertThat(holder(listening(OWN + "/" + POOL + ".sock"))).isEmpty();
  }

  @Test
  void aSocketInADirectoryThatIsNotTheUsersInItsNameTellsNothing() throws Exception {
    assertThat(holder(listening("/tmp/rq-orchestrator-999999999/" + POOL + ".sock"))).isEmpty();
  }

  @Test
  void aConnectionIsNoListener() throws Exception {
    assertThat(holder("00000000: 00000003 00000000 00000000 0001 03 1590 " + ROOTS)).isEmpty();
  }

  @Test
  void aHolderIsDescribed() {
    assertThat(new PoolHolder(Optional.of("17"), Optional.of("rq"), OWN).describe())
        .isEqualTo("pid 17 of user rq");
    assertThat(new PoolHolder(Optional.of("17"), Optional.empty(), OWN).describe())
        .isEqualTo("pid 17");
    assertThat(new PoolHolder(Optional.empty(), Optional.of("root"), OWN).describe())
        .isEqualTo("user root");
    assertThat(new PoolHolder(Optional.empty(), Optional.empty(), OWN).describe())
        .isEqualTo("pid unknown");
  }

  private static Optional<PoolHolder> holder(String line) throws IOException {
    return new OtherUsersPools(List.of(line), List.of(), OWN).holder(POOL);
  }

  private static String listening(String path) {
    return "00000000d8094c9c: 00000002 00000000 00010000 0001 01 319787 " + path;
  }
}
