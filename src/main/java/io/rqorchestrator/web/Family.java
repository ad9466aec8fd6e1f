package io.rqorchestrator.web;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.rqorchestrator.control.JobFigures.Distribution;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A metric's name and help, and methods to add values. All names share a prefix. */
record Family(String name, String help) {

  private static final String PREFIX = "rq_orchestrator_";

  /** A metric. The suffix {@code _total} of a counter is added when it is written. */
  static Family named(String name, String help) {
    return new Family(PREFIX + name, help);
  }

  /** One value of a metric with labels. */
  record Value(Labels labels, double value) {
    static Value of(double value, String... labels) {
      return new Value(Labels.of(labels), value);
    }

    static Value of(long value, String... labels) {
      return of((double) value, labels);
    }
  }

  MetricSnapshot gauge(double value) {
    return gauge(List.of(Value.of(value)));
  }

  MetricSnapshot gauge(long value) {
    return gauge((double) value);
  }

  MetricSnapshot gauge(boolean value) {
    return gauge(value ? 1 : 0);
  }

  MetricSnapshot gauge(List<Value> values) {
    GaugeSnapshot.Builder builder = GaugeSnapshot.builder().name(name).help(help);
    for (Value value : values) {
      builder.dataPoint(
          GaugeDataPointSnapshot.builder().labels(value.labels()).value(value.value()).build());
    }
    return builder.build();
  }

  MetricSnapshot counter(long value, Instant since) {
    return counter(List.of(Value.of(value)), since);
  }

  MetricSnapshot counter(List<Value> values, Instant since) {
    CounterSnapshot.Builder builder = CounterSnapshot.builder().name(name).help(help);
    for (Value value : values) {
      builder.dataPoint(
          CounterDataPointSnapshot.builder()
              .labels(value.labels())
              .value(value.value())
              .createdTimestampMillis(since.toEpochMilli())
              .build());
    }
    return builder.build();
  }

  MetricSnapshot histogram(Distribution distribution, Instant since) {
    List<Double> bounds = new ArrayList<>(distribution.bounds());
    bounds.add(Double.POSITIVE_INFINITY);
    return HistogramSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(
            HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, distribution.counts()))
                .sum(distribution.sum())
                .createdTimestampMillis(since.toEpochMilli())
                .build())
        .build();
  }

  MetricSnapshot info(String... labels) {
    return InfoSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(new InfoDataPointSnapshot(Labels.of(labels)))
        .build();
  }
}
