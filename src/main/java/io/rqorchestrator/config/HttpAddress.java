package io.rqorchestrator.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address that the HTTP server listens on.
 *
 * @param host host name or address to listen on, an IPv6 address in brackets
 * @param port 0 to 65535; 0 for any free port
 */
public record HttpAddress(String host, int port) {

  private static final String LOOPBACK = "127.0.0.1";
  private static final Pattern FORMAT =
      Pattern.compile("(?:(\\[[0-9A-Fa-f:.%a-z]+]|[^\\s:/\\[\\]]+):)?(\\d{1,5})");

  /**
   * Reads {@code [HOST:]PORT}. The default host is the loopback address.
   *
   * @param setting name of the setting, for the error
   * @throws InvalidSetting if {@code text} is not such an address
   */
  public static HttpAddress parse(String setting, String text) {
    Matcher matcher = FORMAT.matcher(text.strip());
    if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 65535) {
      throw new InvalidSetting(
          setting, text, "must be PORT or HOST:PORT, such as 9181 or 0.0.0.0:9181");
    }
    String host = matcher.group(1);
    return new HttpAddress(host == null ? LOOPBACK : host, Integer.parseInt(matcher.group(2)));
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
