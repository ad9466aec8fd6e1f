package io.rqorchestrator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.rq.JobSamples;
import io.rqorchestrator.rq.JobSamples.Service;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JobSampleFieldsTest {

  private static final String NO_JOBS = "0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0";
  private static final String FIVE_JOBS = "0,0,0,0,0,0,0,0,0,5,0,0,0,0,0,0,0,0,0,0,0";

  private final JobSampleFields parser = new JobSampleFields(List.of("high", "low"));
  private final RqFields fields = new RqFields();

  private static Map<String, String> sound() {
    Map<String, String> own = new HashMap<>();
    own.put("busy_total", "4.2");
    own.put("wait_sum", "0.000000");
    own.put("wait_buckets", NO_JOBS);
    own.put("duration_sum", "4.000000");
    own.put("duration_buckets", FIVE_JOBS);
    own.put("queue:high", "5,4.000000");
    return own;
  }

  @Test
  void readsWhatTheWorkerHostWrites() {
    JobSamples samples = parser.parse("w1", sound(), fields).orElseThrow();
    assertThat(samples.durations().count()).isEqualTo(5);
    assertThat(samples.durations().sum()).isEqualTo(4);
    assertThat(samples.waits().count()).isZero();
    assertThat(samples.queues()).isEqualTo(Map.of("high", new Service(5, 4)));
    assertThat(fields.unreadable()).isZero();
  }

  @Test
  void followsAChange() {
    assertThat(parser.parse("w1", sound(), fields)).isPresent();
    Map<String, String> later = sound();
    later.put("queue:low", "2,1.5");
    assertThat(parser.parse("w1", later, fields).orElseThrow().queues())
        .containsEntry("low", new Service(2, 1.5));
  }

  @Test
  void aHostThatPublishesNoneHasNone() {
    assertThat(parser.parse("w1", Map.of("busy_total", "1"), fields)).isEqualTo(Optional.empty());
    assertThat(fields.unreadable()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "duration_buckets | 1,2,3",
        "duration_buckets | 0,0,0,0,0,0,0,0,0,-5,0,0,0,0,0,0,0,0,0,0,0",
        "duration_buckets | 0,0,0,0,0,0,0,0,0,9999999999999,0,0,0,0,0,0,0,0,0,0,0",
        "duration_buckets | x",
        "duration_sum | -1",
        "duration_sum | nan",
        "queue:high | 5",
        "queue:high | -5,1",
        "queue:high | 5,-1",
        "queue:high | 9999999999999,1"
      })
  void garbageIsCountedAndLeftOut(String field, String value) {
    Map<String, String> own = sound();
    own.put(field, value);
    Optional<JobSamples> samples = parser.parse("w1", own, fields);
    assertThat(fields.unreadable()).isPositive();
    samples.ifPresent(read -> assertThat(read.queues()).isEmpty());
  }
}
