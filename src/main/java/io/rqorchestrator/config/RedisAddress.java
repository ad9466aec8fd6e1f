package io.rqorchestrator.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

  private static final int DEFAULT_PORT = 6379;
  private static final String RULE =
      "must look like redis://[[user]:password@]host[:port][/database] or rediss://...";

  /**
   * Reads a URL.
   *
   * @param setting where it was given, for the error
   * @throws InvalidSetting if it is none that can be used
   */
  public static RedisAddress parse(String setting, String url) {
    URI uri;
    try {
      uri = new URI(url.strip());
    } catch (URISyntaxException e) {
      throw new InvalidSetting(setting, withoutUserInfo(url), RULE);
    }
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (scheme.equals("unix")) {
      throw new InvalidSetting(
          setting,
          withoutUserInfo(url),
          "unix sockets are not supported: let Redis listen on a port");
    }
    boolean known = scheme.equals("redis") || scheme.equals("rediss");
    if (!known || uri.getHost() == null || uri.getPort() > 65535 || uri.getPort() == 0) {
      throw new InvalidSetting(setting, withoutUserInfo(url), RULE);
    }
    String[] credentials = credentials(uri.getRawUserInfo());
    Map<String, String> parameters = parameters(uri);
    return new RedisAddress(
        url.strip(),
        scheme.equals("rediss") ? Optional.of(TlsRules.of(setting, parameters)) : Optional.empty(),
        uri.getHost(),
        uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
        database(setting, uri, parameters),
        present(credentials[0]),
        present(credentials[1]));
  }

  private static String[] credentials(@Nullable String rawUserInfo) {
    if (rawUserInfo == null) {
      return new String[] {"", ""};
    }
    int colon = rawUserInfo.indexOf(':');
    return colon < 0
        ? new String[] {decoded(rawUserInfo), ""}
        : new String[] {
          decoded(rawUserInfo.substring(0, colon)), decoded(rawUserInfo.substring(colon + 1))
        };
  }

  private static String decoded(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static Map<String, String> parameters(URI uri) {
    Map<String, String> parameters = new HashMap<>();
    String query = Objects.requireNonNullElse(uri.getRawQuery(), "");
    for (String pair : query.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      if (parts.length == 2) {
        parameters.put(decoded(parts[0]), decoded(parts[1]));
      }
    }
    return parameters;
  }

  /** From {@code ?db=N}, else from the path, as redis-py does. */
  private static int database(String setting, URI uri, Map<String, String> parameters) {
    String path = String.valueOf(uri.getPath()).replaceFirst("^/", "");
    String text = parameters.getOrDefault("db", path);
    if (text.isEmpty() || text.equals("null")) {
      return 0;
    }
    if (!text.matches("\\d{1,6}")) {
      throw new InvalidSetting(setting, withoutUserInfo(uri.toString()), RULE);
    }
    return Integer.parseInt(text);
  }

  private static Optional<String> present(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /** Anything before an {@code @} may be a password. */
  private static String withoutUserInfo(String url) {
    int at = url.lastIndexOf('@');
    if (at < 0) {
      return url;
    }
    int slashes = url.indexOf("//");
    return (slashes < 0 ? "" : url.substring(0, slashes + 2)) + "***@" + url.substring(at + 1);
  }

  /** The address without credentials: what may be shown. */
  @Override
  public String toString() {
    return (tls.isPresent() ? "rediss://" : "redis://") + host + ":" + port + "/" + database;
  }
}
