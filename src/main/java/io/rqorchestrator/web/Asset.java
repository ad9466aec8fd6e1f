package io.rqorchestrator.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** A file of the dashboard, from the jar. It is read at each request and not kept in memory. */
record Asset(String resource, String type) implements Page {

  private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

  /** A file of our own. */
  static Asset own(String name, String type) {
    return new Asset(name, type);
  }

  /** A file of the chart library. */
  static Asset uplot(String name, String type) {
    return new Asset(UPLOT + name, type);
  }

  @Override
  public PageResponse answer(PageRequest request) {
    try (InputStream in = Asset.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not in the jar");
      }
      return PageResponse.found(type, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
