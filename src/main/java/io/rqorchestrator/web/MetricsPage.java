package io.rqorchestrator.web;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.rqorchestrator.control.StatusBoard;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The pool's metrics in Prometheus' text format. */
final class MetricsPage implements Page {

  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
  private final StatusBoard board;

  MetricsPage(StatusBoard board) {
    this.board = board;
  }

  @Override
  public PageResponse answer(PageRequest request) {
    MetricSnapshots metrics = board.newest().map(PoolMetrics::of).orElse(MetricSnapshots.of());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      writer.write(out, metrics);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return PageResponse.found(PrometheusTextFormatWriter.CONTENT_TYPE, out.toByteArray());
  }
}
