package io.rqorchestrator.redis;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * What Redis answers, with {@link #TOO_LONG} in place of every string that is too long. A client
 * library makes room for a whole string before it reads it, and anybody who shares this Redis may
 * have written one of hundreds of megabytes. So it is left out here, on its way, and read past.
 *
 * <p>It reads the frames of RESP 2: lines, and strings that announce their length.
 */
final class BoundedReplies extends InputStream {

  /** Stands for a string that was left out. */
  static final String TOO_LONG = "\0too long";

  /**
   * Bytes. What RQ and our worker host write of a worker is shorter: its queues are the longest.
   */
  static final int LONGEST = 4096;

  /** Bytes of strings in one sample: several times what 1000 workers take. */
  private static final int MOST = 6 << 20;

  /** What has this many bytes is let through in any case: numbers, states, cursors. */
  private static final int SHORT = 32;

  private static final int LONGEST_LINE = 64 << 10;
  private static final byte[] REPLACED =
      ("$" + TOO_LONG.length() + "\r\n" + TOO_LONG + "\r\n").getBytes(StandardCharsets.US_ASCII);

  private final InputStream in;
  private final byte[] raw = new byte[8 << 10];
  private int at;
  private int end;

  /** To be handed on before anything else. */
  private byte[] head = new byte[0];

  private int headAt;

  /** Bytes to be read past after the head. */
  private long skipped;

  /** Bytes to be handed on after the head. */
  private long copied;

  /** Bytes that are left for this sample. */
  private long left = MOST;

  BoundedReplies(InputStream in) {
    this.in = in;
  }

  /** A new sample begins. */
  void begin() {
    left = MOST;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int from, int most) throws IOException {
    while (most > 0) {
      if (headAt < head.length) {
        int count = Math.min(most, head.length - headAt);
        System.arraycopy(head, headAt, to, from, count);
        headAt += count;
        return count;
      }
      if (at == end && !fill()) {
        return -1;
      }
      if (skipped > 0) {
        int count = (int) Math.min(skipped, end - at);
        at += count;
        skipped -= count;
      } else if (copied > 0) {
        int count = (int) Math.min(Math.min(most, copied), end - at);
        System.arraycopy(raw, at, to, from, count);
        at += count;
        copied -= count;
        return count;
      } else {
        next();
      }
    }
    return 0;
  }

  @Override
  public int available() throws IOException {
    return headAt < head.length || at < end ? 1 : in.available();
  }

  private boolean fill() throws IOException {
    at = 0;
    end = Math.max(0, in.read(raw, 0, raw.length));
    return end > 0;
  }

  /** Reads the next line; it may announce a string. */
  private void next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(32);
    int last = 0;
    while (last != '\n') {
      if (at == end && !fill()) {
        break;
      }
      last = raw[at++];
      line.write(last);
      if (line.size() > LONGEST_LINE) {
        throw new IOException("a line of more than " + LONGEST_LINE + " bytes");
      }
    }
    head = line.toByteArray();
    headAt = 0;
    if (head.length > 1 && head[0] == '$' && head[1] != '-') {
      announced(length(head));
    }
  }

  private static long length(byte[] line) throws IOException {
    try {
      return Long.parseLong(new String(line, StandardCharsets.US_ASCII).substring(1).strip());
    } catch (NumberFormatException e) {
      throw new IOException("no answer of Redis", e);
    }
  }

  private void announced(long length) {
    boolean fits = length <= SHORT || (length <= LONGEST && length <= left);
    long whole = length + 2; // with the end of the line
    if (fits) {
      copied = whole;
      left -= length;
    } else {
      skipped = whole;
      head = REPLACED;
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
