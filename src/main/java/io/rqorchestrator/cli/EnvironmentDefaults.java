package io.rqorchestrator.cli;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Every option also from the environment: {@code --min-workers} as RQ_ORCHESTRATOR_MIN_WORKERS. */
final class EnvironmentDefaults implements IDefaultValueProvider {

  private static final String PREFIX = "RQ_ORCHESTRATOR_";

  private final Map<String, String> environment;

  EnvironmentDefaults(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option) || option.usageHelp() || option.versionHelp()) {
      return null;
    }
    String value = environment.get(variable(option));
    if (value == null && option.longestName().equals("--redis-url")) {
      value = environment.getOrDefault("RQ_REDIS_URL", environment.get("REDIS_URL"));
    }
    return value == null || value.isEmpty() ? null : value;
  }

  /** The variable that gives an option. */
  static String variable(OptionSpec option) {
    return PREFIX
        + option.longestName().replaceFirst("^-+", "").replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
