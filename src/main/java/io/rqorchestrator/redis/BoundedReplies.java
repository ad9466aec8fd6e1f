package io.rqorchestrator.redis;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The replies of Redis, with {@link #TOO_LONG} in place of every string that is too long. A client
 * library allocates memory for a whole string before reading it, and other users of this Redis may
 * have written strings of hundreds of megabytes. Such a string is therefore skipped in the stream.
 *
 * <p>This stream parses the frames of RESP 2: lines, and strings preceded by their length.
 */
final class BoundedReplies extends InputStream {

  /** Replaces a string that was left out. */
  static final String TOO_LONG = "\0too long";

  /**
   * Longest string in bytes. All fields that RQ and our worker host write about a worker are
   * shorter; the longest is its list of queues.
   */
  static final int LONGEST = 4096;

  /** Most bytes of all strings in one sample: several times what 1000 workers need. */
  private static final int MOST = 6 << 20;

  /** Strings up to this many bytes are always passed on: numbers, states, cursors. */
  private static final int SHORT = 32;

  private static final int LONGEST_LINE = 64 << 10;
  private static final byte[] REPLACED =
      ("$" + TOO_LONG.length() + "\r\n" + TOO_LONG + "\r\n").getBytes(StandardCharsets.US_ASCII);

  private final InputStream in;
  private final byte[] raw = new byte[8 << 10];
  private int at;
  private int end;

  /** Bytes to be returned before anything else. */
  private byte[] head = new byte[0];

  private int headAt;

  /** Bytes to be skipped after the head. */
  private long skipped;

  /** Bytes to be returned after the head. */
  private long copied;

  /** Bytes of strings that this sample may still have. */
  private long left = MOST;

  BoundedReplies(InputStream in) {
    this.in = in;
  }

  /** Starts a new sample. */
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

  /** Reads the next line, which may be the length of a string. */
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
    long whole = length + 2; // with the line end
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
