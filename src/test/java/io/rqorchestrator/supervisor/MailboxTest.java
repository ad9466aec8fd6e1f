package io.rqorchestrator.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class MailboxTest {

  private final Mailbox mailbox = new Mailbox();

  @Test
  void handsOutAllThatLiesThereInOrderAndOnce() throws InterruptedException {
    mailbox.post(new Message.StopRequest("one"));
    mailbox.post(new Message.StopRequest("two"));

    assertThat(mailbox.take(Duration.ofDays(1)))
        .containsExactly(new Message.StopRequest("one"), new Message.StopRequest("two"));
    assertThat(mailbox.take(Duration.ZERO)).isEmpty();
  }

  @Test
  void wakesWhoWaitsForTheFirstMessage() throws InterruptedException {
    Thread poster = new Thread(() -> mailbox.post(new Message.StopRequest("SIGTERM")), "poster");
    poster.start();

    assertThat(mailbox.take(Duration.ofMinutes(1)))
        .containsExactly(new Message.StopRequest("SIGTERM"));
    poster.join();
  }
}
