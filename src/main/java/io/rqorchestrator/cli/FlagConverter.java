package io.rqorchestrator.cli;

import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Flags, in the words that are usual in environment variables. */
final class FlagConverter implements ITypeConverter<Boolean> {

  private static final Set<String> YES = Set.of("true", "1", "yes", "on");
  private static final Set<String> NO = Set.of("false", "0", "no", "off");

  @Override
  public Boolean convert(String value) {
    String word = value.strip().toLowerCase(Locale.ROOT);
    if (!YES.contains(word) && !NO.contains(word)) {
      throw new TypeConversionException("'" + value + "' must be true or false");
    }
    return YES.contains(word);
  }
}
