package io.rqorchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every word in events, JSON keys, constants and metrics is either in the glossary of {@code
 * docs/architecture.md}, or plain English, which {@code plain-words.txt} lists. Whoever uses a new
 * word has to decide which of both it is, and finds out whether there is a word already.
 */
class GlossaryTest {

  private static final Path RESOURCES = Path.of("src", "test", "resources");
  private static final Pattern ENTRY = Pattern.compile("(?m)^\\| ([^|]+) \\| [^|]+ \\|$");
  private static final Pattern WORD = Pattern.compile("[a-z]{2,}");

  /** Words for things that have another word now. */
  private static final Set<String> REPLACED =
      Set.of("stray", "ghost", "kin", "helm", "steering", "crew", "rollcall", "outdating", "blind");

  private static Stream<String> words(String text) {
    return WORD.matcher(text.toLowerCase(Locale.ROOT)).results().map(MatchResult::group);
  }

  /** The word without the ending of a plural. */
  private static String singular(String word) {
    if (word.endsWith("ies")) {
      return word.substring(0, word.length() - 3) + "y";
    }
    return word.endsWith("s") ? word.substring(0, word.length() - 1) : word;
  }

  private static Set<String> wireWords() throws IOException {
    Set<String> words = new TreeSet<>();
    for (String file : Set.of("wire-words.txt", "metric-names.txt")) {
      Files.readAllLines(RESOURCES.resolve(file)).stream()
          .filter(line -> !line.startsWith("#"))
          .flatMap(GlossaryTest::words)
          .map(GlossaryTest::singular)
          .forEach(words::add);
    }
    return words;
  }

  private static Set<String> glossary() throws IOException {
    String page = Files.readString(Path.of("docs", "architecture.md"));
    String section = page.substring(page.indexOf("## Words"), page.indexOf("## Packages"));
    return ENTRY
        .matcher(section)
        .results()
        .map(entry -> entry.group(1))
        .filter(Predicate.not("word"::equals))
        .flatMap(GlossaryTest::words)
        .map(GlossaryTest::singular)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> plainWords() throws IOException {
    return new TreeSet<>(Files.readAllLines(RESOURCES.resolve("plain-words.txt")));
  }

  @Test
  void aWordThatLeavesTheProgramIsInTheGlossaryOrIsPlainEnglish() throws IOException {
    Set<String> unknown = wireWords();
    unknown.removeAll(glossary());
    unknown.removeAll(plainWords());

    assertThat(unknown).isEmpty();
  }

  @Test
  void plainWordsAreUsedAndAreNotInTheGlossary() throws IOException {
    assertThat(wireWords()).containsAll(plainWords());
    assertThat(plainWords()).doesNotContainAnyElementsOf(glossary());
  }

  @Test
  void nothingHasItsFormerWord() throws IOException {
    assertThat(wireWords()).doesNotContainAnyElementsOf(REPLACED);
    assertThat(glossary()).doesNotContainAnyElementsOf(REPLACED).contains("orphan", "worker");
  }
}
