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

  /**
   * Puts jobs on the queue {@code default}. Each takes {@code length} seconds, or ends when a
   * {@link Gate} opens, and writes its run into {@code log}.
   */
  static void enqueue(TestRedis redis, Path log, int count, Object length)
      throws IOException, InterruptedException {
    int exitCode = run("enqueue.py", redis.url(), "default", log, count, 0, length).waitFor();
    if (exitCode != 0) {
      throw new AssertionError("enqueue.py ended with " + exitCode);
    }
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
