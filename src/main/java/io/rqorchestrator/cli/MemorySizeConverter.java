package io.rqorchestrator.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes of memory on the command line: {@code 300MB}, {@code 1GB}, in powers of 1024. */
final class MemorySizeConverter implements ITypeConverter<Long> {

  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([KMG])(?:I?B)?");

  @Override
  public Long convert(String text) {
    Matcher size = SIZE.matcher(text.strip().toUpperCase(Locale.ROOT));
    if (!size.matches()) {
      throw new TypeConversionException("'" + text + "' must be a size such as 300MB or 1GB");
    }
    int shift =
        switch (size.group(2)) {
          case "K" -> 10;
          case "M" -> 20;
          default -> 30;
        };
    return Long.parseLong(size.group(1)) << shift;
  }
}
