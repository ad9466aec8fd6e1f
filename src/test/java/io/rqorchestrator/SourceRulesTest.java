package io.rqorchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No file of the program has more than 400 lines, no method has more than seven parameters, and no
 * two classes have the same simple name. Records are exempt from the second rule: a status has as
 * many figures as its readers need.
 */
class SourceRulesTest {

  private static final Path SOURCES = Path.of("src", "main", "java");
  private static final int MOST_LINES = 400;
  private static final int MOST_PARAMETERS = 7;

  private static List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(SOURCES)) {
      return all.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Class<?>> withNested(Path file) {
    String name = SOURCES.relativize(file).toString().replace('/', '.').replaceAll("\\.java$", "");
    try {
      return withNested(Class.forName(name, false, SourceRulesTest.class.getClassLoader()));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Stream<Class<?>> withNested(Class<?> type) {
    return Stream.concat(
        Stream.of(type), Stream.of(type.getDeclaredClasses()).flatMap(SourceRulesTest::withNested));
  }

  private static Stream<Class<?>> types() throws IOException {
    return files().stream()
        .filter(file -> !file.endsWith("package-info.java"))
        .flatMap(SourceRulesTest::withNested);
  }

  private static Stream<Executable> executables(Class<?> type) {
    return Stream.concat(
        Stream.of(type.getDeclaredMethods()), Stream.of(type.getDeclaredConstructors()));
  }

  private static boolean isWritten(Executable executable) {
    boolean ofRecord =
        executable instanceof Constructor && executable.getDeclaringClass().isRecord();
    return !executable.isSynthetic() && !ofRecord && !executable.getDeclaringClass().isEnum();
  }

  @Test
  void filesAreShort() throws IOException {
    assertThat(files().stream().filter(file -> lines(file) > MOST_LINES)).isEmpty();
    assertThat(files()).hasSizeGreaterThan(100);
  }

  @Test
  void methodsHaveFewParameters() throws IOException {
    assertThat(
            types()
                .flatMap(SourceRulesTest::executables)
                .filter(SourceRulesTest::isWritten)
                .filter(each -> each.getParameterCount() > MOST_PARAMETERS))
        .isEmpty();
  }

  @Test
  void aSimpleNameStandsForOneThing() throws IOException {
    Map<String, Long> counts =
        types().collect(Collectors.groupingBy(Class::getSimpleName, Collectors.counting()));

    assertThat(counts.entrySet().stream().filter(name -> name.getValue() > 1)).isEmpty();
  }
}
