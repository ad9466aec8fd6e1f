package io.rqorchestrator.web;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Where an answer goes, and the size of the largest piece it came in. */
final class CountedWrites extends OutputStream {

  private final ByteArrayOutputStream all = new ByteArrayOutputStream();
  private int largest;

  @Override
  public void write(int one) {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) {
    all.write(bytes, from, length);
    largest = Math.max(largest, length);
  }

  int largest() {
    return largest;
  }

  String text() {
    return all.toString(StandardCharsets.UTF_8);
  }
}
