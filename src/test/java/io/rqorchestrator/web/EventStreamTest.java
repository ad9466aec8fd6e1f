package io.rqorchestrator.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.control.EventHistory;
import io.rqorchestrator.control.GivenStatus;
import io.rqorchestrator.control.StatusBoard;
import io.rqorchestrator.event.OrphanEvent;
import io.rqorchestrator.time.Tick;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventStreamTest {

  private static final Tick NOW = new Tick(0, GivenStatus.NOON);
  private static final long LIFE = GivenStatus.plain().pool().startedAt().toEpochMilli();

  private final StatusBoard board = new StatusBoard();
  private final EventHistory history = new EventHistory();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @BeforeEach
  void twoEntries() {
    board.publish(GivenStatus.plain(), NOW);
    happen("one");
    happen("two");
  }

  private void happen(String what) {
    history.accept(NOW, new OrphanEvent.DeadWorkerRecordRemoved(what));
  }

  private EventStream from(Position start) {
    return new EventStream(board, new StatusText(), history, start, out);
  }

  private String sent(EventStream stream) throws IOException {
    out.reset();
    stream.sendNews();
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void beginsWithTheStatusAndWhatHappensFromThenOn() throws IOException {
    EventStream stream = from(Position.NOW);
    assertThat(sent(stream)).contains("event: status\ndata: {").doesNotContain("event: history");
    happen("three");
    assertThat(sent(stream))
        .contains("id: " + LIFE + "-3\nevent: history\ndata: {", "three")
        .doesNotContain("event: status");
  }

  @Test
  void saysNothingTwice() throws IOException {
    EventStream stream = from(Position.NOW);
    stream.sendNews();
    assertThat(sent(stream)).isEmpty();
  }

  @Test
  void resumesWhereTheClientWas() throws IOException {
    assertThat(sent(from(Position.parse(LIFE + "-1")))).contains("two").doesNotContain("one");
  }

  @Test
  void tellsAllOfALifeThatTheClientDoesNotKnow() throws IOException {
    assertThat(sent(from(new Position(LIFE - 1, 2)))).contains("one", "two");
  }

  @Test
  void takesAnIdThatIsNoneForNow() throws IOException {
    assertThat(sent(from(Position.parse("x'\r\nid: 1")))).doesNotContain("one", "two");
  }

  @Test
  void showsNowAndThenThatItIsThere() throws IOException {
    EventStream stream = from(Position.NOW);
    StringBuilder quiet = new StringBuilder(sent(stream));
    quiet.setLength(0);
    for (int i = 0; i < 30; i++) {
      quiet.append(sent(stream));
    }
    assertThat(quiet).hasToString(": still here\n\n");
  }

  @Test
  void waitsForTheFirstStatus() throws IOException {
    EventStream stream =
        new EventStream(new StatusBoard(), new StatusText(), history, Position.NOW, out);
    assertThat(sent(stream)).isEmpty();
  }

  @Test
  void aFullHistoryIsNeverInMemoryAsAWhole() throws IOException {
    CountedWrites sent = new CountedWrites();
    new EventStream(board, new StatusText(), FullHistory.get(), new Position(LIFE - 1, 2), sent)
        .sendNews();
    assertThat(sent.text().split("event: history", -1)).hasSize(EventHistory.MOST_ENTRIES + 1);
    assertThat(sent.largest()).isLessThanOrEqualTo(4096);
  }
}
