package io.rqorchestrator.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keeps jobs at work until a test has seen enough, however slow the machine is. */
record Gate(Path file) {

  static Gate in(Path directory) {
    return new Gate(directory.resolve("gate"));
  }

  /** Lets the jobs end. */
  void open() throws IOException {
    Files.createFile(file);
  }

  /** In place of a job's length. */
  @Override
  public String toString() {
    return file.toString();
  }
}
