package io.rqorchestrator.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.rqorchestrator.control.EventHistory;
import io.rqorchestrator.control.GivenStatus;
import io.rqorchestrator.control.HistoryEntry;
import io.rqorchestrator.control.HistoryLine;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.TrendPoint;
import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.ScalingEvent;
import io.rqorchestrator.rq.Histograms;
import io.rqorchestrator.scaling.Reason;
import io.rqorchestrator.scaling.ScalingDecision.Hold;
import io.rqorchestrator.time.Ticks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PoolJsonReaderTest {

  @Test
  void aStatusComesBackAsItWas() {
    for (PoolStatus status : List.of(GivenStatus.degraded(), GivenStatus.plain())) {
      String text = PoolJson.text(PoolJson.of(status));
      assertThat(text).doesNotContain("\n");
      assertThat(PoolJsonReader.status(JsonParser.parseString(text).getAsJsonObject()))
          .isEqualTo(status);
    }
  }

  @Test
  void whatAnOlderDaemonDoesNotKnowIsEmpty() {
    JsonObject older = PoolJson.of(GivenStatus.degraded());
    older.remove("memory");
    older.remove("foreign");
    older.getAsJsonArray("workers").get(0).getAsJsonObject().remove("job_for");
    older.addProperty("something_else", 1);

    PoolStatus read = PoolJsonReader.status(older);
    assertThat(read.memory()).isEmpty();
    assertThat(read.foreign()).isEmpty();
    assertThat(read.workers().get(0).jobFor()).isEmpty();
  }

  @Test
  void whatMakesNoSenseIsSaidSo() {
    JsonObject newer = PoolJson.of(GivenStatus.degraded());
    newer.addProperty("state", "levitating");
    assertThatThrownBy(() -> PoolJsonReader.status(newer))
        .isInstanceOf(JsonParseException.class)
        .hasMessageContaining("another version")
        .hasMessageContaining("levitating");
  }

  @Test
  void anEntryIsReadAsALine() {
    HistoryEntry entry =
        new HistoryEntry(
            7,
            3,
            Ticks.at(0).wall(),
            Ticks.at(20).wall(),
            5,
            new ScalingEvent.Decided(
                new Hold(2, new Reason(Reason.Code.AT_MIN, "at min 2")), true));

    assertThat(PoolJsonReader.line(PoolJson.of(entry)))
        .isEqualTo(
            new HistoryLine(
                7,
                3,
                Ticks.at(0).wall(),
                Ticks.at(20).wall(),
                5,
                Event.Level.DETAIL,
                "hold at 2: at min 2"));
  }

  @Test
  void aPointComesBackAsItWas() {
    EventHistory history = new EventHistory();
    history.accept(
        Ticks.at(1),
        new ScalingEvent.Measured(
            1.5,
            Duration.ofSeconds(30),
            0.5,
            3,
            4,
            2,
            9,
            Optional.of(Duration.ofMillis(1250)),
            90,
            45.5,
            Histograms.of(0.505, 90).counts()));
    TrendPoint point = history.trend().get(0);
    assertThat(PoolJsonReader.point(PoolJson.ofTrend(List.of(point)).get(0).getAsJsonObject()))
        .isEqualTo(point);
  }
}
