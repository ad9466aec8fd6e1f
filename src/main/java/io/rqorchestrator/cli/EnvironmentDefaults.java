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

/** Reads every option from the environment, too: RQ_ORCHESTRATOR_MIN_WORKERS for --min-workers. */
final class EnvironmentDefaults implements IDefaultValueProvider {

  private static final String PREFIX = "RQ_ORCHESTRATOR_";

  /** Variables of the start script and of workers; jobs inherit those of their worker. */
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

  /** A variable's value. An empty one counts as none, as from {@code VARIABLE=${NONE}}. */
  private @Nullable String given(String variable) {
    @Nullable String value = environment.get(variable);
    return value == null || value.isEmpty() ? null : value;
  }

  /**
   * The variable that an option's value comes from; empty if the option is on the command line.
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
   * Variables with our prefix that are no option.
   *
   * @param options all options of the command
   */
  static List<String> unread(Set<String> variables, List<OptionSpec> options) {
    Set<String> read = options.stream().map(EnvironmentDefaults::variable).collect(toSet());
    return variables.stream()
        .filter(name -> name.startsWith(PREFIX) && !read.contains(name) && !OTHERS.contains(name))
        .sorted()
        .toList();
  }

  /** The variable for an option. */
  static String variable(OptionSpec option) {
    return PREFIX
        + option.longestName().replaceFirst("^-+", "").replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
