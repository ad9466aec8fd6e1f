package io.rqorchestrator.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.time.Tick;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientTimeoutTest {

  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private volatile Tick now = new Tick(0, Instant.EPOCH);
  private final ClientTimeout timeout = new ClientTimeout(() -> now);

  @AfterEach
  void stop() {
    thread.shutdownNow();
  }

  @Test
  void aClientThatDoesNotReadLosesItsConnectionAndNobodyElseDoes() throws Exception {
    try (ServerSocketChannel server =
            ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        SocketChannel ours = SocketChannel.open(server.getLocalAddress());
        SocketChannel reader = server.accept()) {
      CountDownLatch writing = new CountDownLatch(1);
      Future<Class<?>> end = thread.submit(() -> writeForEver(ours, writing));
      writing.await();
      assertThat(reader.isConnected()).as("it is there, and does not read").isTrue();

      now = now.plus(LIMIT.minusMillis(1));
      timeout.endLongerThan(LIMIT);
      assertThat(ours.isOpen()).isTrue();

      now = now.plus(Duration.ofMillis(1));
      timeout.endLongerThan(LIMIT);
      assertThat(end.get()).isEqualTo(ClosedByInterruptException.class);
      assertThat(ours.isOpen()).isFalse();
      assertThat(thread.submit(Thread::interrupted).get()).as("the next turn is free").isFalse();
    }
  }

  private Class<?> writeForEver(SocketChannel to, CountDownLatch writing) {
    try {
      timeout.<IOException>during(
          () -> {
            writing.countDown();
            while (true) {
              to.write(ByteBuffer.allocate(1 << 16));
            }
          });
      return Void.class;
    } catch (IOException e) {
      return e.getClass();
    }
  }

  @Test
  void anAnswerThatIsOverIsLeftAlone() {
    timeout.during(() -> {});
    now = now.plus(LIMIT);
    timeout.endLongerThan(LIMIT);
    assertThat(Thread.interrupted()).isFalse();
  }
}
