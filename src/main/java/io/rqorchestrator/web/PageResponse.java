package io.rqorchestrator.web;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** The response to a request: status, body, and the headers that not all responses share. */
final class PageResponse {

  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String JSON = "application/json";

  /**
   * For each open connection, the JDK's server keeps a buffer of twice the size of the largest
   * write.
   */
  private static final int LARGEST_WRITE = 4096;

  private final int status;
  private final long length;
  private final Body body;
  private final Map<String, String> headers = new LinkedHashMap<>();

  /** A body that is written in parts, so that it is never in memory as a whole. */
  @FunctionalInterface
  interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  private PageResponse(int status, String type, byte[] body) {
    this(status, type, body.length == 0 ? -1 : body.length, out -> writeInParts(body, out));
  }

  private PageResponse(int status, String type, long length, Body body) {
    this.status = status;
    this.length = length;
    this.body = body;
    headers.put("Content-Type", type);
    headers.put("Cache-Control", "no-store");
  }

  /** A response with status 200. */
  static PageResponse found(String type, byte[] body) {
    return new PageResponse(200, type, body);
  }

  /** JSON in UTF-8. */
  static PageResponse json(byte[] json) {
    return found(JSON, json);
  }

  /** JSON whose length is not known in advance. */
  static PageResponse json(Body json) {
    return new PageResponse(200, JSON, 0, json);
  }

  /** A response of one line of text. */
  static PageResponse line(int status, String line) {
    return new PageResponse(status, TEXT, (line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Sets a header and returns this response. */
  PageResponse with(String header, String value) {
    headers.put(header, value);
    return this;
  }

  int status() {
    return status;
  }

  /** The body's length as the JDK's server expects it: 0 for unknown, -1 for no body. */
  long length() {
    return length;
  }

  void writeTo(OutputStream out) throws IOException {
    body.writeTo(out);
  }

  private static void writeInParts(byte[] body, OutputStream out) throws IOException {
    for (int at = 0; at < body.length; at += LARGEST_WRITE) {
      out.write(body, at, Math.min(LARGEST_WRITE, body.length - at));
    }
  }

  Map<String, String> headers() {
    return headers;
  }
}
