package io.rqorchestrator.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Values that nobody should have written. The same seed gives the same ones. */
final class Garbage {

  private static final List<String> KNOWN =
      List.of(
          "",
          " ",
          "0",
          "-0",
          "-1",
          "+7",
          "007",
          "3.5",
          "-1.5739",
          "1e400",
          "-1e400",
          "1e10",
          "1e11",
          "NaN",
          "Infinity",
          "-Infinity",
          "0x1p3",
          "5d",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775808",
          "99999999999999999999999999",
          "\u0663\u0664",
          "1,5",
          "None",
          "null",
          "True",
          "busy",
          "BUSY",
          "idle",
          "dead",
          "2026-01-31T12:00:00.123456Z",
          "2026-01-31T12:00:00Z",
          "2026-01-31T12:00:00",
          "2026-01-31 12:00:00",
          "2026-13-31T12:00:00Z",
          "2026-02-30T12:00:00Z",
          "-999999999-01-01T00:00:00Z",
          "+999999999-12-31T23:59:59.999999999Z",
          "0000-00-00T00:00:00Z",
          "Z",
          "T",
          "\0",
          "\r\n",
          "rq:worker:",
          "rq:worker:x",
          "{\"a\":1}");

  private final Random random;

  Garbage(long seed) {
    random = new Random(seed);
  }

  boolean chance(double share) {
    return random.nextDouble() < share;
  }

  int upTo(int most) {
    return random.nextInt(most + 1);
  }

  <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  double number() {
    return oneOf(
        List.of(0.0, -1.0, 1e300, -1e300, Double.POSITIVE_INFINITY, random.nextGaussian() * 1e9));
  }

  /** As bytes, which need not be UTF-8. */
  byte[] bytes() {
    if (chance(0.5)) {
      return oneOf(KNOWN).getBytes(StandardCharsets.UTF_8);
    }
    byte[] bytes = new byte[chance(0.05) ? 100_000 : random.nextInt(40)];
    random.nextBytes(bytes);
    if (chance(0.5)) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) "0123456789.:-+eTZ \0x".charAt(Math.floorMod(bytes[i], 20));
      }
    }
    return bytes;
  }

  /** As the client library decodes it. */
  String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }
}
