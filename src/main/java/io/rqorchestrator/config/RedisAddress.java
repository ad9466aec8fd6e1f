package io.rqorchestrator.config;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of Redis and the credentials, from a URL as redis-py reads it.
 *
 * @param url the URL as given, which the workers get; may hold a password
 * @param tls for the scheme {@code rediss}: the rules for the certificate of Redis; else empty
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
   * The URLs that redis-py accepts through Python's urlsplit. {@link java.net.URI} refuses some of
   * them: host names with an underscore, which containers have, and some characters in passwords.
   */
  private static final Pattern URL =
      Pattern.compile(
          "(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:(?<user>[^/?#\\[\\]]*)@)?(?<host>\\[[^/?#@\\[\\]]+]"
              + "|[^/?#@:\\[\\]\\s\\p{Cntrl}]*)(?::(?<port>\\d{0,5}))?(?<path>/[^?#]*)?"
              + "(?:\\?(?<query>[^#]*))?(?:#.*)?");

  private static final Pattern PASSWORD = Pattern.compile("//[^/?#\\s]*:[^/?#\\s]*@");

  /**
   * Reads a URL.
   *
   * @param setting name of the setting, for the error
   * @throws InvalidSetting if the URL is invalid or not supported
   */
  public static RedisAddress parse(String setting, String url) {
    String given = url.strip();
    Matcher parts = URL.matcher(given);
    // Python removes line breaks and tabs from a URL, even within a password.
    boolean matches = parts.matches() && given.chars().noneMatch(Character::isISOControl);
    String scheme = matches ? parts.group("scheme").toLowerCase(Locale.ROOT) : "";
    boolean tls = scheme.equals("rediss");
    if (scheme.equals("unix")) {
      throw new InvalidSetting(
          setting,
          withoutSecrets(given),
          "unix sockets are not supported: let Redis listen on a port");
    }
    if (!tls && !scheme.equals("redis")) {
      throw new InvalidSetting(setting, withoutSecrets(given), RULE);
    }
    Map<String, String> parameters = UrlParameters.parse(setting, part(parts, "query"), tls);
    String path = UrlParameters.decoded(part(parts, "path")).replace("/", "");
    String database = parameters.getOrDefault("db", path);
    if (!database.matches("\\d{0,6}")) {
      throw new InvalidSetting(
          setting, withoutSecrets(given), "must name its database by a number, as in /0 or ?db=0");
    }
    int port = part(parts, "port").isEmpty() ? DEFAULT_PORT : Integer.parseInt(part(parts, "port"));
    if (port < 1 || port > 65535) {
      throw new InvalidSetting(setting, withoutSecrets(given), RULE);
    }
    String[] credentials = part(parts, "user").split(":", 2);
    String user = UrlParameters.decoded(credentials[0]);
    String password = credentials.length > 1 ? UrlParameters.decoded(credentials[1]) : "";
    String host = UrlParameters.decoded(part(parts, "host"));
    return new RedisAddress(
        scheme + given.substring(scheme.length()),
        tls ? Optional.of(TlsRules.of(setting, parameters)) : Optional.empty(),
        host.isEmpty() ? DEFAULT_HOST : host,
        port,
        database.isEmpty() ? 0 : Integer.parseInt(database),
        present(user).or(() -> Optional.ofNullable(parameters.get("username"))),
        present(password).or(() -> Optional.ofNullable(parameters.get("password"))));
  }

  private static String part(Matcher parts, String name) {
    return Objects.requireNonNullElse(parts.group(name), "");
  }

  private static Optional<String> present(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /**
   * Masks secrets in a text that is a URL or ends in one. The part before an {@code @} may hold a
   * password, and so may the value of any parameter.
   */
  public static String withoutSecrets(String url) {
    int slashes = url.indexOf("//");
    String begin = slashes < 0 ? "" : url.substring(0, slashes + 2);
    String rest = url.substring(begin.length());
    int query = rest.indexOf('?');
    int at = rest.lastIndexOf('@');
    if (query >= 0 && at > query) {
      return begin + "***"; // the question mark or the @ is part of a password
    }
    String address = rest.substring(at + 1, query < 0 ? rest.length() : query);
    int fragment = address.indexOf('#');
    return begin
        + (at < 0 ? "" : "***@")
        + (fragment < 0 ? address : address.substring(0, fragment) + "#***")
        + (query < 0 ? "" : "?***");
  }

  /** Whether a text ends in a URL with a password. */
  public static boolean showsPassword(String text) {
    return PASSWORD.matcher(text).find() || text.matches("(?s).*//.*[?&]password=.+");
  }

  /** The address without credentials, safe to show. */
  @Override
  public String toString() {
    return (tls.isPresent() ? "rediss://" : "redis://") + host + ":" + port + "/" + database;
  }
}
