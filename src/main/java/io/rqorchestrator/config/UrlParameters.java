package io.rqorchestrator.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The parameters after the question mark of Redis' URL. redis-py passes all of them to its
 * connection, so a parameter can select another Redis, user or database. Such a parameter is
 * applied here, too, or refused by name. The other parameters concern the workers only.
 */
final class UrlParameters {

  /**
   * Parameters that the daemon applies; see {@code parse_url} in redis-py's {@code connection.py}.
   */
  private static final Set<String> HONOURED = Set.of("db", "username", "password");

  /**
   * Parameters of redis-py's connection and pool: they change how a worker talks to Redis, but not
   * to which Redis. Each with the kind of its value; empty: any text.
   */
  private static final Map<String, String> OF_WORKERS =
      Map.of(
          "socket_timeout", "a number",
          "socket_connect_timeout", "a number",
          "socket_keepalive", "",
          "socket_read_size", "a whole number",
          "retry_on_timeout", "",
          "max_connections", "a whole number",
          "health_check_interval", "a whole number",
          "protocol", "a whole number",
          "client_name", "",
          "encoding_errors", "");

  private static final Map<String, String> REFUSED =
      Map.of(
          "host", "is not supported: name the host before the question mark",
          "port", "is not supported: name the port before the question mark",
          "path", "is not supported: let Redis listen on a port",
          "connection_class", "is not supported: see RQ's own --connection-class behind --",
          "credential_provider", "is not supported: give user and password",
          "encoding", "is not supported: RQ's keys are in UTF-8",
          "decode_responses", "is not supported: RQ reads bytes",
          "legacy_responses", "is not supported: RQ expects the default",
          "retry_on_error", "is not supported: redis-py cannot read it from a URL");

  private static final String TLS = "ssl_";
  private static final Pattern ENCODED = Pattern.compile("(?:%[0-9A-Fa-f]{2})+");

  private UrlParameters() {}

  /**
   * Reads the parameters as Python's {@code parse_qs} does: the first of several values of a name
   * counts, a plus sign stands for a blank, and parameters without a value are ignored.
   *
   * @param setting name of the setting with the URL, for the error
   * @throws InvalidSetting if a parameter is unknown, not supported, or has an invalid value
   */
  static Map<String, String> parse(String setting, String query, boolean tls) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      String[] parts = pair.replace('+', ' ').split("=", 2);
      if (parts.length == 2 && !parts[1].isEmpty()) {
        parameters.putIfAbsent(decoded(parts[0]), decoded(parts[1]));
      }
    }
    parameters.forEach((name, value) -> check(setting, name, value, tls));
    return parameters;
  }

  private static void check(String setting, String name, String value, boolean tls) {
    String kind = OF_WORKERS.getOrDefault(name, "");
    if (REFUSED.containsKey(name)) {
      throw new InvalidSetting(setting, name, String.valueOf(REFUSED.get(name)));
    }
    if (name.startsWith(TLS)) {
      if (!tls) {
        throw new InvalidSetting(setting, name, "works with rediss:// only");
      }
    } else if (!HONOURED.contains(name) && !OF_WORKERS.containsKey(name)) {
      throw new InvalidSetting(
          setting, shown(name), "is not a parameter of redis-py: " + nearest(name));
    }
    if (HONOURED.contains(name) && ENCODED.matcher(value).find()) {
      throw new InvalidSetting(
          setting,
          name,
          "is percent-encoded twice, which some versions of redis-py do not decode: encode it"
              + " once");
    }
    if (!kind.isEmpty()
        && !value.matches(kind.equals("a number") ? "\\d{1,9}(\\.\\d{1,9})?" : "\\d{1,9}")) {
      throw new InvalidSetting(setting, name, "must be " + kind);
    }
  }

  /** Masks a name that is not a plain word: it may be the rest of a password with an ampersand. */
  private static String shown(String name) {
    return name.matches("[a-z_]{1,40}") ? name : "***";
  }

  private static String nearest(String name) {
    return Stream.of(HONOURED, OF_WORKERS.keySet(), TlsRules.NAMES)
        .flatMap(Set::stream)
        .filter(known -> isNear(name, known))
        .min(Comparator.comparingInt((String known) -> distance(name, known)))
        .map("did you mean %s?"::formatted)
        .orElse("leave it out");
  }

  private static boolean isNear(String name, String known) {
    boolean shortened = name.length() > 2 && known.contains(name);
    return shortened || distance(name, known) <= Math.max(2, known.length() / 3);
  }

  /**
   * The Levenshtein distance: the fewest insertions, deletions and changes of a letter that turn
   * one word into the other.
   */
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= Math.min(one.length(), 40); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }

  /** Decodes as Python does: a percent sign that encodes nothing stays as it is. */
  static String decoded(String part) {
    return ENCODED
        .matcher(part)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(URLDecoder.decode(found.group(), StandardCharsets.UTF_8)));
  }
}
