package io.rqorchestrator.web;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which requests are answered. A page of another site can point its own host name at a
 * loopback address (DNS rebinding); a browser would then send requests here and let that page read
 * the answers. The {@code Host} header of such a request has the foreign name, so it is refused.
 */
final class RequestFilter {

  private static final Set<String> METHODS = Set.of("GET", "HEAD");
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final boolean anyHost;
  private final Set<String> names = new HashSet<>(LOOPBACK);

  /**
   * @param host the host to listen on, as the user gave it; it is part of the URL that we show
   * @param address the address that the server listens on
   */
  RequestFilter(String host, InetAddress address) {
    this.anyHost = !address.isLoopbackAddress();
    String literal = address.getHostAddress();
    names.add(address instanceof Inet6Address ? "[" + literal + "]" : literal);
    names.add(host.toLowerCase(Locale.ROOT));
  }

  /** The refusal of a request; empty if the request is allowed. */
  Optional<PageResponse> refusal(String method, @Nullable String host) {
    if (!METHODS.contains(method)) {
      return Optional.of(PageResponse.line(405, "only GET and HEAD").with("Allow", "GET, HEAD"));
    }
    if (!anyHost && !isOurs(host)) {
      return Optional.of(PageResponse.line(403, "foreign Host header: call this server localhost"));
    }
    return Optional.empty();
  }

  private boolean isOurs(@Nullable String host) {
    if (host == null) {
      return false;
    }
    String name = host.replaceFirst(":\\d{1,5}$", "").toLowerCase(Locale.ROOT);
    return names.contains(name);
  }
}
