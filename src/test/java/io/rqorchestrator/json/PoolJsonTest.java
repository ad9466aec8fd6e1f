package io.rqorchestrator.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.rqorchestrator.control.GivenStatus;
import io.rqorchestrator.control.HistoryEntry;
import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.ScalingEvent;
import io.rqorchestrator.scaling.Reason;
import io.rqorchestrator.scaling.ScalingDecision;
import org.junit.jupiter.api.Test;

class PoolJsonTest {

  private final JsonObject status = PoolJson.of(GivenStatus.plain());

  @Test
  void recordsAreObjectsInSnakeCase() {
    assertThat(status.getAsJsonObject("pool").get("started_at").getAsString())
        .isEqualTo("2026-11-25T10:57:55Z");
    assertThat(status.get("redis_up").getAsBoolean()).isTrue();
    assertThat(status.get("state").getAsString()).isEqualTo("running");
  }

  @Test
  void durationsAreSeconds() {
    JsonObject queue = status.getAsJsonArray("queues").get(1).getAsJsonObject();
    assertThat(queue.get("oldest_wait").getAsDouble()).isEqualTo(4.2);
  }

  @Test
  void whatIsEmptyIsLeftOut() {
    assertThat(status.has("problem")).isFalse();
    assertThat(status.getAsJsonObject("size").has("held_at")).isFalse();
    JsonObject idle = status.getAsJsonArray("workers").get(1).getAsJsonObject();
    assertThat(idle.keySet()).contains("jobs").doesNotContain("job", "job_for", "leaving");
    assertThat(status.get("memory").getAsLong()).isEqualTo(180L << 20);
  }

  @Test
  void textFromOutsideStaysText() {
    String hostile = "\"},</script><img src=x onerror=alert(1)>\u2028\n\0";
    String text = PoolJson.text(PoolJson.of(new GivenStatus().atJob(hostile).status()));

    assertThat(text).doesNotContain("\n").doesNotContain("\u2028");
    JsonObject back = JsonParser.parseString(text).getAsJsonObject();
    assertThat(back.getAsJsonArray("workers").get(0).getAsJsonObject().get("job").getAsString())
        .isEqualTo(hostile);
  }

  @Test
  void anEntrySaysWhatHappenedInTheWordsOfTheLog() {
    Event event =
        new ScalingEvent.Decided(
            new ScalingDecision.Grow(1, 2, new Reason(Reason.Code.ABOVE_THRESHOLD, "busy")), false);
    JsonObject entry =
        PoolJson.of(
            new HistoryEntry(7, 5, GivenStatus.NOON, GivenStatus.NOON.plusSeconds(10), 3, event));

    assertThat(entry.get("id").getAsInt()).isEqualTo(5);
    assertThat(entry.get("times").getAsInt()).isEqualTo(3);
    assertThat(entry.get("kind").getAsString()).isEqualTo("decided");
    assertThat(entry.get("text").getAsString()).isEqualTo("grow 1 -> 2: busy");
    assertThat(entry.getAsJsonObject("fields").get("code").getAsString())
        .isEqualTo("above_threshold");
  }

  @Test
  void whatATerminalObeysIsEscaped() {
    String hostile = "\033[2J \u009b2J \u007f \u202e \udb40\udc01 é 漢";
    String text = PoolJson.text(PoolJson.of(new GivenStatus().atJob(hostile).status()));
    assertThat(text).contains("\\u001b[2J \\u009b2J \\u007f \\u202e \\udb40\\udc01 é 漢");
    assertThat(JsonParser.parseString(text))
        .isEqualTo(PoolJson.of(new GivenStatus().atJob(hostile).status()));
  }
}
