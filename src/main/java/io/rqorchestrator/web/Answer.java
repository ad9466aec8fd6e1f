package io.rqorchestrator.web;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a request is answered with: a status, a body, and headers beyond those that all have. */
final class Answer {

  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String JSON = "application/json";

  private final int status;
  private final byte[] body;
  private final Map<String, String> headers = new LinkedHashMap<>();

  private Answer(int status, String type, byte[] body) {
    this.status = status;
    this.body = body;
    headers.put("Content-Type", type);
    headers.put("Cache-Control", "no-store");
  }

  /** Something found. */
  static Answer found(String type, byte[] body) {
    return new Answer(200, type, body);
  }

  /** JSON. */
  static Answer json(String json) {
    return found(JSON, json.getBytes(StandardCharsets.UTF_8));
  }

  /** A line of text. */
  static Answer line(int status, String line) {
    return new Answer(status, TEXT, (line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** The same with a header set. */
  Answer with(String header, String value) {
    headers.put(header, value);
    return this;
  }

  int status() {
    return status;
  }

  byte[] body() {
    return body;
  }

  Map<String, String> headers() {
    return headers;
  }
}
