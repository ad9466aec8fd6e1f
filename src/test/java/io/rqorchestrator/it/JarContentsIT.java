package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** Whoever gets the jar gets the licences of all that is in it. */
final class JarContentsIT {

  private static final Path JAR = Path.of("target", "rq-orchestrator.jar");
  private static final String LIST = "META-INF/THIRD-PARTY.md";

  /** A row of the list. */
  private record Part(String place, String licence, String text) {

    static Part of(String row) {
      List<String> cells = Pattern.compile("\\|").splitAsStream(row).map(String::strip).toList();
      return new Part(cells.get(2), cells.get(3), cells.get(4));
    }

    boolean contains(String entry) {
      return entry.startsWith(place + "/");
    }
  }

  private static String read(ZipFile jar, String name) throws IOException {
    ZipEntry entry = Objects.requireNonNull(jar.getEntry(name), name + " is not in the jar");
    try (InputStream in = jar.getInputStream(entry)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<Part> parts(ZipFile jar) throws IOException {
    return read(jar, LIST)
        .lines()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| part"))
        .map(Part::of)
        .toList();
  }

  private static List<String> files(ZipFile jar) {
    return jar.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName).toList();
  }

  @Test
  void theLicenceOfTheJarIsOurs() throws IOException {
    try (ZipFile jar = new ZipFile(JAR.toFile())) {
      assertThat(read(jar, "META-INF/LICENSE")).isEqualTo(Files.readString(Path.of("LICENSE")));
    }
  }

  @Test
  void everyPartOfOthersIsListedAndNoOther() throws IOException {
    try (ZipFile jar = new ZipFile(JAR.toFile())) {
      List<Part> parts = parts(jar);
      assertThat(files(jar))
          .filteredOn(name -> name.endsWith(".class") || name.contains("/webjars/"))
          .map(name -> name.replaceFirst("^META-INF/versions/\\d+/", ""))
          .filteredOn(name -> !name.startsWith("io/rqorchestrator/"))
          .allMatch(name -> parts.stream().anyMatch(part -> part.contains(name)));
      assertThat(parts)
          .allMatch(part -> files(jar).stream().anyMatch(part::contains))
          .hasSizeGreaterThan(10);
    }
  }

  @Test
  void theTextOfEveryLicenceIsThere() throws IOException {
    try (ZipFile jar = new ZipFile(JAR.toFile())) {
      for (Part part : parts(jar)) {
        switch (part.licence()) {
          case "Apache-2.0" ->
              assertThat(read(jar, part.text())).contains("Apache License", "Version 2.0");
          case "EPL-2.0" -> assertThat(read(jar, part.text())).contains("Eclipse Public License");
          case "MIT" ->
              assertThat(read(jar, part.text()))
                  .contains("Copyright (c)")
                  .containsPattern("Permission\\s+is\\s+hereby\\s+granted");
          default -> assertThat(part.licence()).isEqualTo("public domain");
        }
      }

      assertThat(read(jar, "META-INF/NOTICE")).contains("Apache Commons Pool", "Prometheus");
    }
  }
}
