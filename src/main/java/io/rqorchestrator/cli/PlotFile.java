package io.rqorchestrator.cli;

import io.rqorchestrator.daemon.CannotRun;
import io.rqorchestrator.process.IoProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file that {@code --plot} names. */
final class PlotFile {

  private PlotFile() {}

  /**
   * Refuses a file that cannot be written, before a long simulation.
   *
   * @throws CannotRun if its directory does not exist or cannot be written to
   */
  static void check(Path file) throws CannotRun {
    if (!Files.isWritable(file.toAbsolutePath().getParent())) {
      throw new CannotRun(
          "--plot (" + file + ") cannot be written: must be in a directory that can be written to");
    }
  }

  /**
   * Writes a picture.
   *
   * @throws CannotRun if the file cannot be written
   */
  static void write(Path file, String svg) throws CannotRun {
    try {
      Files.writeString(file, svg);
    } catch (IOException e) {
      throw new CannotRun("--plot cannot be written: " + IoProblem.text(e));
    }
  }
}
