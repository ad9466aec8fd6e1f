package io.rqorchestrator.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where Redis is and who we are there, from a URL as redis-py reads it.
 *
 * @param url the URL as given, handed to the workers; may hold a password
 * @param tls for the scheme {@code rediss}: what is asked of its certificate
 * @param host host name or address
 * @param port 1 to 65535
 * @param database 0 or more
 * @param user empty for Redis' default user
 * @param password empty for none
 */
public record RedisAddress(
    String url,
    Optional<TlsRules> tls,
    String host,
    int port,
    int database,
    Optional<String> user,
    Optional<String> password) {

  private static final String DEFAULT_HOST = "localhost";
  private static final int DEFAULT_PORT = 6379;
  private static final String RULE =
      "must look like redis://[[user]:password@]host[:port][/database] or rediss://..., with any of"
          + " / ? # [ ] in the password percent-encoded";

  /**
   * What redis-py takes, by Python's urlsplit. {@link java.net.URI} refuses more: names with an
   * underscore, as containers have them, and signs that passwords have.
   */
  private static final Pattern URL =
      Pattern.compile(
          "(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:(?<user>[^/?#\\[\\]]*)@)?(?<host>\\[[^/?#@\\[\\]]+]"
              + "|[^/?#@:\\[\\]\\s\\p{Cntrl}]*)(?::(?<port>\\d{0,5}))?(?<path>/[^?#]*)?"
              + "(?:\\?(?<query>[^#]*))?(?:#.*)?");

  private static final Pattern PASSWORD = Pattern.compile("//[^/?#\\s]*:[^/?#\\s]*@");
  private static final Pattern ENCODED = Pattern.compile("(?:%[0-9A-Fa-f]{2})+");

  /**
   * Reads a URL.
   *
   * @param setting where it was given, for the error
   * @throws InvalidSetting if it is none that can be used
   */
  public static RedisAddress parse(String setting, String url) {
    Matcher parts = URL.matcher(url.strip());
    String scheme = parts.matches() ? parts.group("scheme").toLowerCase(Locale.ROOT) : "";
    if (scheme.equals("unix")) {
      throw new InvalidSetting(
          setting,
          withoutUserInfo(url),
          "unix sockets are not supported: let Redis listen on a port");
    }
    Map<String, String> parameters = Map.of();
    int port = DEFAULT_PORT;
    Optional<Integer> database = Optional.empty();
    if (scheme.equals("redis") || scheme.equals("rediss")) {
      parameters = parameters(part(parts, "query"));
      port = part(parts, "port").isEmpty() ? DEFAULT_PORT : Integer.parseInt(part(parts, "port"));
      database = database(part(parts, "path"), parameters);
    }
    if (database.isEmpty() || port < 1 || port > 65535) {
      throw new InvalidSetting(setting, withoutUserInfo(url), RULE);
    }
    String[] credentials = part(parts, "user").split(":", 2);
    String host = part(parts, "host");
    return new RedisAddress(
        url.strip(),
        scheme.equals("rediss") ? Optional.of(TlsRules.of(setting, parameters)) : Optional.empty(),
        host.isEmpty() ? DEFAULT_HOST : host,
        port,
        database.get(),
        present(decoded(credentials[0])),
        present(credentials.length > 1 ? decoded(credentials[1]) : ""));
  }

  private static String part(Matcher parts, String name) {
    return Objects.requireNonNullElse(parts.group(name), "");
  }

  /** As Python does, which leaves a percent sign alone that encodes nothing. */
  private static String decoded(String part) {
    return ENCODED
        .matcher(part)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(URLDecoder.decode(found.group(), StandardCharsets.UTF_8)));
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new HashMap<>();
    for (String pair : query.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      if (parts.length == 2) {
        parameters.put(decoded(parts[0]), decoded(parts[1]));
      }
    }
    return parameters;
  }

  /** From {@code ?db=N}, else from the path, as redis-py does; empty if that is no number. */
  private static Optional<Integer> database(String path, Map<String, String> parameters) {
    String text = parameters.getOrDefault("db", path.replaceFirst("^/", ""));
    if (text.isEmpty()) {
      return Optional.of(0);
    }
    return text.matches("\\d{1,6}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
  }

  private static Optional<String> present(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /**
   * A text that may be a URL, or end in one, as it may be shown: anything before an {@code @} may
   * be a password.
   */
  public static String withoutUserInfo(String url) {
    int at = url.lastIndexOf('@');
    if (at < 0) {
      return url;
    }
    int slashes = url.indexOf("//");
    return (slashes < 0 ? "" : url.substring(0, slashes + 2)) + "***@" + url.substring(at + 1);
  }

  /** Whether a text ends in a URL with a password. */
  public static boolean showsPassword(String text) {
    return PASSWORD.matcher(text).find();
  }

  /** The address without credentials: what may be shown. */
  @Override
  public String toString() {
    return (tls.isPresent() ? "rediss://" : "redis://") + host + ":" + port + "/" + database;
  }
}
