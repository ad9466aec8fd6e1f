package io.rqorchestrator.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Checks before the first start of a worker whether its entry takes the options that the daemon
 * appends: {@code flask rq worker} of Flask-RQ2 has no {@code --with-scheduler}. Only the entries
 * of Flask and Django are run for this, because it is known that {@code --help} makes them do
 * nothing else.
 */
public final class EntryCheck {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final String entry;
  private final boolean scheduler;
  private final ProgramRun question;

  private EntryCheck(String entry, boolean scheduler, ProgramRun question) {
    this.entry = entry;
    this.scheduler = scheduler;
    this.question = question;
  }

  /**
   * Starts the program. {@link #finish} waits for its answer.
   *
   * @param directory the workers' working directory
   * @param entry the words of the entry, which should take RQ's options
   * @param scheduler whether some workers are to run RQ's scheduler
   * @return empty if this entry is not checked
   */
  public static Optional<EntryCheck> begin(
      String python, Path directory, List<String> entry, boolean scheduler) {
    if (!canBeAsked(entry)) {
      return Optional.empty();
    }
    List<String> words = new ArrayList<>();
    words.add(python);
    words.addAll(entry);
    words.add("--help");
    try {
      ProgramRun question = ProgramRun.ask(words, directory);
      return Optional.of(new EntryCheck(String.join(" ", entry), scheduler, question));
    } catch (IOException e) {
      return Optional.empty(); // the check of Python reports the problem
    }
  }

  /** Any other program might ignore {@code --help} and begin to work. */
  static boolean canBeAsked(List<String> entry) {
    String first = entry.get(0);
    String module = first.equals("-m") && entry.size() > 1 ? entry.get(1) : "";
    boolean isDjango = module.equals("django") || Path.of(first).endsWith("manage.py");
    return module.equals("flask") || (isDjango && entry.contains("rqworker"));
  }

  /**
   * Waits for the answer. If there is none, the workers are started anyway, as with an entry that
   * is not checked.
   *
   * @param stopped completes, never with an exception, once the answer is not needed any more
   * @throws PythonCheck.UnusableException if the entry does not know an option that is appended
   */
  public void finish(CompletableFuture<?> stopped)
      throws PythonCheck.UnusablePythonException, InterruptedException {
    finish(stopped, PATIENCE);
  }

  void finish(CompletableFuture<?> stopped, Duration patience)
      throws PythonCheck.UnusablePythonException, InterruptedException {
    try {
      if (question.isAnswered(stopped, patience) && question.exitCode() == 0) {
        check(String.join("\n", question.lines()));
      }
    } catch (TimeoutException e) {
      // Its workers will take as long; --start-timeout limits that.
    }
  }

  private void check(String help) throws PythonCheck.UnusablePythonException {
    if (!knows(help, "--help")) {
      return; // this is not a list of options
    }
    if (!knows(help, "--name")) {
      throw new PythonCheck.UnusablePythonException(
          "--worker-entry (%s) has no option --name, which is appended for each worker: name an entry that has it, or use --worker-command"
              .formatted(entry));
    }
    if (scheduler && !knows(help, "--with-scheduler")) {
      throw new PythonCheck.UnusablePythonException(
          "--worker-entry (%s) has no option --with-scheduler, which is appended for the min workers: add --no-scheduler"
              .formatted(entry));
    }
  }

  private static boolean knows(String help, String option) {
    return Pattern.compile("(?<![\\w-])" + option + "(?![\\w-])").matcher(help).find();
  }
}
