package io.rqorchestrator.cli;

import io.rqorchestrator.config.InvalidSetting;
import io.rqorchestrator.config.RedisAddress;
import io.rqorchestrator.config.WorkerSettings;
import io.rqorchestrator.process.SettingsModule;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The queues and the Redis that {@code rq worker} uses if its command line names none: from the
 * module in {@code RQ_CONFIG}, or from the environment if that is not set. See {@code rq/cli} of RQ
 * 1.13 to 3.0: {@code CliConfig.connection} and {@code get_redis_from_config}.
 */
final class RqSettings {

  private static final String CONFIG = "RQ_CONFIG";
  private static final String URL = "REDIS_URL";
  private static final Set<String> YES = Set.of("y", "yes", "t", "true");
  private static final Set<String> NO = Set.of("n", "no", "f", "false");
  private static final Set<String> UNSUPPORTED =
      Set.of("REDIS_SSL_CA_DATA", "REDIS_SSL_KEYFILE", "REDIS_SSL_CERTFILE");

  private final String source;
  private final Map<String, String> values;
  private final List<String> queues;
  private final Optional<String> overlooked;

  private RqSettings(
      String source, Map<String, String> values, List<String> queues, Optional<String> overlooked) {
    this.source = source;
    this.values = values;
    this.queues = queues;
    this.overlooked = overlooked;
  }

  /** The settings in the environment alone. */
  static RqSettings ofEnvironment(Map<String, String> environment) {
    return new RqSettings("environment", environment, List.of(), Optional.empty());
  }

  /**
   * The settings that RQ would read. Only RQ's own command line reads the module.
   *
   * @throws InvalidSetting if the module cannot be used
   */
  static RqSettings read(Map<String, String> environment, WorkerSettings workers)
      throws InterruptedException {
    String module = environment.getOrDefault(CONFIG, "");
    if (module.isEmpty() || !workers.program().isRq()) {
      return ofEnvironment(environment);
    }
    try {
      SettingsModule settings =
          SettingsModule.read(environment, workers.python(), workers.directory(), paths(workers));
      boolean names = settings.values().keySet().stream().anyMatch(RqSettings::leadsToRedis);
      return new RqSettings(
          CONFIG + "=" + module,
          settings.values(),
          settings.queues(),
          names || !environment.containsKey(URL)
              ? Optional.empty()
              : Optional.of(
                  "RQ ignores REDIS_URL in the environment, because %s=%s is set, and that module"
                          .formatted(CONFIG, module)
                      + " names no Redis: put the URL into the module, or into RQ_REDIS_URL"));
    } catch (SettingsModule.UnusableSettingsException e) {
      throw new InvalidSetting(CONFIG, module, String.valueOf(e.getMessage()));
    }
  }

  private static boolean leadsToRedis(String name) {
    return Set.of(URL, "SENTINEL", "REDIS_HOST", "REDIS_PORT", "REDIS_DB").contains(name);
  }

  /** The directories of RQ's option {@code --path}. */
  private static List<String> paths(WorkerSettings workers) {
    List<String> words = new ArrayList<>(workers.program().words());
    words.addAll(workers.rqArguments());
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      boolean alone = word.equals("-P") || word.equals("--path");
      if (alone && i + 1 < words.size()) {
        paths.add(words.get(i + 1));
      } else if (word.startsWith("--path=")) {
        paths.add(word.substring("--path=".length()));
      } else if (word.startsWith("-P") && !alone) {
        paths.add(word.substring(2));
      }
    }
    return paths;
  }

  /** Where the settings come from. */
  String source() {
    return source;
  }

  /** The queues; empty if the settings name none. */
  List<String> queues() {
    return queues;
  }

  /** A warning about a setting that RQ ignores. */
  Optional<String> overlooked() {
    return overlooked;
  }

  /**
   * Where Redis is.
   *
   * @throws InvalidSetting if the daemon cannot connect to it
   */
  RedisAddress redis() {
    Optional<String> url = value(URL);
    if (url.isPresent()) {
      return RedisAddress.parse(named(URL), url.get());
    }
    if (values.containsKey("SENTINEL")) {
      throw new InvalidSetting(
          source, "SENTINEL", "is not supported: name the master by --redis-url or RQ_REDIS_URL");
    }
    for (String name : UNSUPPORTED) {
      if (value(name).isPresent()) {
        throw new InvalidSetting(
            source, name, "is not supported: give a rediss:// URL by --redis-url or RQ_REDIS_URL");
      }
    }
    return RedisAddress.parse(named("REDIS_HOST, REDIS_PORT, ..."), assembled());
  }

  private String assembled() {
    boolean tls = tls();
    String host = value("REDIS_HOST").orElse("localhost");
    String port = value("REDIS_PORT").orElse("6379");
    String database = value("REDIS_DB").orElse("0");
    if (!port.matches("\\d{1,5}")) {
      throw new InvalidSetting(
          named("REDIS_PORT"), port, "must be a number: give --redis-url or RQ_REDIS_URL instead");
    }
    if (!database.matches("\\d{1,6}")) {
      throw new InvalidSetting(named("REDIS_DB"), database, "must be a number, 0 or more");
    }
    List<String> parameters = new ArrayList<>();
    if (tls) {
      value("REDIS_SSL_CA_CERTS")
          .ifPresent(file -> parameters.add("ssl_ca_certs=" + encoded(file)));
      value("REDIS_SSL_CERT_REQS").ifPresent(asked -> parameters.add("ssl_cert_reqs=" + asked));
    }
    return (tls ? "rediss://" : "redis://")
        + value("REDIS_PASSWORD").map(password -> ":" + encoded(password) + "@").orElse("")
        + (host.contains(":") ? "[" + host + "]" : host)
        + ":"
        + port
        + "/"
        + database
        + (parameters.isEmpty() ? "" : "?" + String.join("&", parameters));
  }

  private boolean tls() {
    String asked = value("REDIS_SSL").orElse("no");
    String word = asked.toLowerCase(Locale.ROOT);
    if (!YES.contains(word) && !NO.contains(word)) {
      throw new InvalidSetting(named("REDIS_SSL"), asked, "must be True or False");
    }
    return YES.contains(word);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** A value. An empty one counts as none. */
  private Optional<String> value(String name) {
    @Nullable String value = values.get(name);
    return value == null || value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  private String named(String setting) {
    return setting + " in " + source;
  }
}
