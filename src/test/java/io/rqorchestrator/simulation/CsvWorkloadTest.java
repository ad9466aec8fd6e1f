package io.rqorchestrator.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rqorchestrator.config.InvalidSetting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CsvWorkloadTest {

  private static Job job(long arrivalMillis, long lengthMillis) {
    return new Job(Duration.ofMillis(arrivalMillis), Duration.ofMillis(lengthMillis));
  }

  private static Workload of(String... lines) {
    return CsvWorkload.of("csv:jobs.csv", List.of(lines));
  }

  @Test
  void readsAJobALine() {
    Workload workload = of("0,1", "0.5, 0.25", "0.5,0", "1e1,2.");
    assertThat(workload.jobs())
        .containsExactly(job(0, 1000), job(500, 250), job(500, 0), job(10_000, 2000));
    assertThat(workload.span()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void theFirstLineMayNameTheColumns() {
    assertThat(of("\uFEFFArrival_s, duration_s", "1,1", "").jobs())
        .containsExactly(job(1000, 1000));
  }

  @Test
  void durationsThatTogetherAreMoreThanAClockHoldsAreRefusedAtTheirLine() {
    List<String> lines = new ArrayList<>(List.of("arrival_s,duration_s"));
    lines.addAll(Collections.nCopies(100, "1,31536000"));
    assertThat(CsvWorkload.of("csv:jobs.csv", lines).jobs()).hasSize(100);

    lines.add("1,0.5");
    assertThatThrownBy(() -> CsvWorkload.of("csv:jobs.csv", lines))
        .isInstanceOf(InvalidSetting.class)
        .hasMessage(
            "--workload (csv:jobs.csv) line 102 has duration_s '0.5': with those before it, more"
                + " than 100 years: shorten or correct the file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "1,1/2            | line 2 is '2': must be two numbers, arrival_s,duration_s",
        "1,1/2,1,5        | line 2 is '2,1,5': must be two numbers",
        "1,1/2,           | line 2 has duration_s '': must be a number",
        "1,1/,1           | line 2 has arrival_s '': must be a number",
        "1,1/two,1        | line 2 has arrival_s 'two': must be a number",
        "1,1/NaN,1        | line 2 has arrival_s 'NaN': must be a number",
        "1,1/2,0x1p3      | line 2 has duration_s '0x1p3': must be a number",
        "1,1/2,-0.5       | line 2 has duration_s '-0.5': must not be negative",
        "-1,1             | line 1 has arrival_s '-1': must not be negative",
        "1,1//2,1         | line 2 is empty: remove empty lines",
        "1,1/3,1/2.5,1    | line 3 has arrival_s 2.5 after 3: sort the file by arrival",
        "1764000000,1     | line 1 has arrival_s '1764000000': must be at most 365 days",
        "a,b/1,1          | line 1 has arrival_s 'a': must be a number",
        "arrival_s,duration_s/ | holds no job: needs lines of arrival_s,duration_s",
      })
  void whatIsWrongIsNamedWithItsLine(String lines, String rule) {
    assertThatThrownBy(() -> of(lines.split("/", -1)))
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith("--workload (csv:jobs.csv) " + rule);
  }
}
