package io.rqorchestrator.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SignalsTest {

  /** A signal that processes ignore by default. */
  private static final String HARMLESS = "WINCH";

  /** At the host's limit of threads no thread could be started when the signal comes. */
  @Test
  void aSignalIsHeardByAThreadThatIsThereFromTheBeginning() throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    Signals.on(HARMLESS, name -> heard.add(name + " by " + Thread.currentThread().getName()));

    for (int i = 0; i < 2; i++) {
      new ProcessBuilder("sh", "-c", "kill -WINCH " + ProcessHandle.current().pid())
          .start()
          .waitFor();
      assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("SIGWINCH by Signal Dispatcher");
    }
    assertThat(heard).isEmpty();
  }

  @Test
  void aSignalWithoutAHandlerIsNotListenedTo() {
    assertThat(SignalTable.listen("URG", () -> {})).isFalse();
  }

  @Test
  void anUnknownSignalIsNotListenedTo() {
    assertThat(SignalTable.listen("NONSENSE", () -> {})).isFalse();
  }
}
