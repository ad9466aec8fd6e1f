package io.rqorchestrator.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A slow reader of standard error delays nobody. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class StandardErrorTest {

  /** A reader that reads nothing until it is released. */
  private static final class Stalled extends OutputStream {
    private final CountDownLatch reads = new CountDownLatch(1);
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();

    @Override
    public void write(int one) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        reads.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      synchronized (read) {
        read.write(bytes, offset, length);
      }
    }

    String read() {
      synchronized (read) {
        return read.toString(StandardCharsets.UTF_8);
      }
    }
  }

  @Test
  void whoeverPrintsIsNotHeldUpByAReaderThatStallsAndWhatIsDroppedIsCounted() throws Exception {
    Stalled reader = new Stalled();
    StandardError error = new StandardError(reader);
    PrintStream printed = new PrintStream(error, true, StandardCharsets.UTF_8);
    String line = "x".repeat(999);
    for (int i = 0; i < 3000; i++) {
      printed.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
    int kept = StandardError.MOST_BYTES / 1000;
    assertThat(error.dropped()).isEqualTo(3000 - kept);
    assertThat(error.isRead()).isFalse();

    reader.reads.countDown();
    error.finish(Duration.ofSeconds(20));
    assertThat(reader.read().lines()).hasSize(kept).containsOnly(line);
    assertThat(error.isRead()).isTrue();
  }

  @Test
  void whenItIsReadAgainThereIsRoomAgain() throws Exception {
    Stalled reader = new Stalled();
    StandardError error = new StandardError(reader);
    error.write(new byte[StandardError.MOST_BYTES], 0, StandardError.MOST_BYTES);
    error.write("lost\n".getBytes(StandardCharsets.UTF_8));
    reader.reads.countDown();
    Awaitility.await().until(() -> !reader.read().isEmpty());
    error.write("kept\n".getBytes(StandardCharsets.UTF_8));
    error.finish(Duration.ofSeconds(20));

    assertThat(error.dropped()).isEqualTo(1);
    assertThat(reader.read()).endsWith("kept\n").doesNotContain("lost");
  }

  @Test
  void theEndIsNotHeldUpEither() throws Exception {
    StandardError error = new StandardError(new Stalled());
    error.write("never read\n".getBytes(StandardCharsets.UTF_8));

    error.finish(Duration.ofMillis(50));
    error.write("too late\n".getBytes(StandardCharsets.UTF_8));
    assertThat(error.dropped()).isEqualTo(1);
  }

  @Test
  void aReaderThatIsGoneIsNoReasonToStop() throws Exception {
    StandardError error =
        new StandardError(
            new OutputStream() {
              @Override
              public void write(int one) throws IOException {
                throw new IOException("Broken pipe");
              }
            });
    for (int i = 0; i < 3; i++) {
      error.write("line\n".getBytes(StandardCharsets.UTF_8));
    }
    error.finish(Duration.ofSeconds(20));

    assertThat(error.dropped()).isEqualTo(3);
    assertThat(error.isRead()).isFalse();
  }
}
