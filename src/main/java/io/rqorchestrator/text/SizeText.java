package io.rqorchestrator.text;

import java.util.Locale;

/** Sizes of memory as people read them. The web page has the same rules in {@code format.js}. */
public final class SizeText {

  private static final long MOST_MEGABYTES = 10_000;

  private SizeText() {}

  /** Such as {@code 38 MB}; from 10000 MB on {@code 9.8 GB}. In powers of 1024. */
  public static String of(long bytes) {
    long megabytes = megabytes(bytes);
    return megabytes < MOST_MEGABYTES
        ? megabytes + " MB"
        : String.format(Locale.ROOT, "%.1f GB", bytes / (double) (1L << 30));
  }

  /** As an option takes it: {@code 300MB}. */
  public static String setting(long bytes) {
    return megabytes(bytes) + "MB";
  }

  /** Whole megabytes; the rest is dropped. */
  public static long megabytes(long bytes) {
    return bytes >> 20;
  }
}
