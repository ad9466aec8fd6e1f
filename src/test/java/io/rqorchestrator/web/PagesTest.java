package io.rqorchestrator.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.Headers;
import io.rqorchestrator.control.EventHistory;
import io.rqorchestrator.control.GivenStatus;
import io.rqorchestrator.control.StatusBoard;
import io.rqorchestrator.time.Tick;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagesTest {

  private static final int FEW_KILOBYTES = 4096;

  private static CountedWrites written(EventHistory history, String path, String query)
      throws IOException {
    Map<String, Page> pages =
        Pages.of(new StatusBoard(), new StatusText(), history, () -> new Tick(0, GivenStatus.NOON));
    CountedWrites out = new CountedWrites();
    pages.get(path).answer(new PageRequest(query, new Headers())).writeTo(out);
    return out;
  }

  private static JsonArray list(CountedWrites out) {
    return JsonParser.parseString(out.text()).getAsJsonArray();
  }

  @Test
  void aFullHistoryIsNeverInMemoryAsAWhole() throws IOException {
    CountedWrites out = written(FullHistory.get(), "/api/v1/history", "n=1000");
    assertThat(list(out)).hasSize(EventHistory.MOST_ENTRIES);
    assertThat(out.largest()).isLessThanOrEqualTo(FEW_KILOBYTES);
  }

  @Test
  void theTrendIsNeverInMemoryAsAWholeEither() throws IOException {
    CountedWrites out = written(FullHistory.get(), "/api/v1/trend", "");
    assertThat(list(out)).hasSize(EventHistory.MOST_POINTS);
    assertThat(out.largest()).isLessThanOrEqualTo(FEW_KILOBYTES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/history", "/api/v1/trend"})
  void beforeAnythingHappenedAListIsEmpty(String path) throws IOException {
    assertThat(written(new EventHistory(), path, "").text()).isEqualTo("[]");
  }

  @Test
  void aFileIsWrittenInPartsSoThatTheServerKeepsNoLargeBufferForIt() throws IOException {
    CountedWrites out = written(new EventHistory(), "/uplot.js", "");
    assertThat(out.text()).hasSizeGreaterThan(10 * FEW_KILOBYTES).contains("uPlot");
    assertThat(out.largest()).isLessThanOrEqualTo(FEW_KILOBYTES);
  }
}
