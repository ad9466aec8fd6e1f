package io.rqorchestrator.it;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The Python with RQ that the integration tests run with; scripts/test makes it. */
final class RqPython {

  static final Path JOBS = Path.of("src", "test", "python").toAbsolutePath();

  private RqPython() {}

  static String path() {
    String python = System.getProperty("rq.python", "");
    if (python.isEmpty()) {
      throw new IllegalStateException("no -Drq.python: run scripts/test");
    }
    return python;
  }

  /** Runs a script of src/test/python. */
  static Process run(String script, Object... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(path(), JOBS.resolve(script).toString()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return new ProcessBuilder(command).directory(JOBS.toFile()).inheritIO().start();
  }
}
