package io.rqorchestrator.config;

import java.io.File;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Rules for the certificate of Redis, from the parameters of a {@code rediss} URL. The parameters
 * are those of redis-py.
 *
 * @param trusted whether a trusted authority must have issued the certificate: {@code
 *     ssl_cert_reqs}
 * @param forHost whether the certificate must name the host: {@code ssl_check_hostname}
 * @param authorities a file with the trusted authorities, in place of Java's own: {@code
 *     ssl_ca_certs}
 */
public record TlsRules(boolean trusted, boolean forHost, Optional<Path> authorities) {

  private static final String PREFIX = "ssl_";
  private static final String TRUSTED = "ssl_cert_reqs";
  private static final String FOR_HOST = "ssl_check_hostname";
  private static final String AUTHORITIES = "ssl_ca_certs";

  /** The supported parameters. */
  static final Set<String> NAMES = Set.of(TRUSTED, FOR_HOST, AUTHORITIES);

  /** The values that redis-py reads as false. */
  private static final Set<String> FALSE = Set.of("0", "f", "false", "n", "no");

  /**
   * Reads the parameters.
   *
   * @throws InvalidSetting if the daemon does not support a parameter or its value
   */
  static TlsRules of(String setting, Map<String, String> parameters) {
    for (String name : parameters.keySet()) {
      if (name.startsWith(PREFIX) && !NAMES.contains(name)) {
        throw new InvalidSetting(
            setting,
            name,
            "is not supported: the daemon knows ssl_cert_reqs, ssl_check_hostname and"
                + " ssl_ca_certs");
      }
    }
    String trusted = parameters.getOrDefault(TRUSTED, "required");
    if (!Set.of("none", "optional", "required").contains(trusted)) {
      throw new InvalidSetting(
          setting, TRUSTED + "=" + trusted, "must be none, optional or required");
    }
    boolean forHost =
        !FALSE.contains(parameters.getOrDefault(FOR_HOST, "true").toLowerCase(Locale.ROOT));
    Optional<File> authorities = Optional.ofNullable(parameters.get(AUTHORITIES)).map(File::new);
    if (authorities.isPresent() && !(authorities.get().isFile() && authorities.get().canRead())) {
      throw new InvalidSetting(
          setting,
          AUTHORITIES + "=" + authorities.get(),
          "must be a file of certificates (PEM) that can be read");
    }
    return new TlsRules(!trusted.equals("none"), forHost, authorities.map(File::toPath));
  }
}
