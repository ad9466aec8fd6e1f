package io.rqorchestrator.cli;

import static java.util.stream.Collectors.toSet;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Every option also from the environment: {@code --min-workers} as RQ_ORCHESTRATOR_MIN_WORKERS. */
final class EnvironmentDefaults implements IDefaultValueProvider {

  private static final String PREFIX = "RQ_ORCHESTRATOR_";

  /** Read by the launcher; and found in the environment of a worker, and so of a job. */
  private static final Set<String> OTHERS =
      Stream.of("JAVA_OPTS", "POOL", "POOL_NAME", "WORKER", "TOKEN", "FORKED")
          .map(PREFIX::concat)
          .collect(toSet());

  private final Map<String, String> environment;

  EnvironmentDefaults(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option) || option.usageHelp() || option.versionHelp()) {
      return null;
    }
    @Nullable String value = given(variable(option));
    if (value == null && option.longestName().equals("--redis-url")) {
      return given("RQ_REDIS_URL");
    }
    return value;
  }

  /** A variable's value; one that is empty is as good as none, as in {@code VARIABLE=${NONE}}. */
  private @Nullable String given(String variable) {
    @Nullable String value = environment.get(variable);
    return value == null || value.isEmpty() ? null : value;
  }

  /**
   * The variable that an option's value comes from, if the command line does not have it.
   *
   * @param words the command line
   */
  Optional<String> source(OptionSpec option, List<String> words) {
    boolean typed =
        words.stream()
            .anyMatch(
                word ->
                    Stream.of(option.names())
                        .anyMatch(name -> word.equals(name) || word.startsWith(name + "=")));
    return typed || given(variable(option)) == null
        ? Optional.empty()
        : Optional.of(variable(option));
  }

  /**
   * Variables that look like ours and are none.
   *
   * @param options all that the command has
   */
  static List<String> unread(Set<String> variables, List<OptionSpec> options) {
    Set<String> read = options.stream().map(EnvironmentDefaults::variable).collect(toSet());
    return variables.stream()
        .filter(name -> name.startsWith(PREFIX) && !read.contains(name) && !OTHERS.contains(name))
        .sorted()
        .toList();
  }

  /** The variable that gives an option. */
  static String variable(OptionSpec option) {
    return PREFIX
        + option.longestName().replaceFirst("^-+", "").replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
