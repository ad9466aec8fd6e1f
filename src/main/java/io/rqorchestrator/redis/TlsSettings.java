package io.rqorchestrator.redis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Rules for the certificate of Redis.
 *
 * @param trusted whether a trusted authority must have issued the certificate
 * @param forHost whether the certificate must name the host
 * @param authorities a file with the trusted authorities (PEM), in place of Java's own; read for
 *     each connection, so that a renewed file takes effect
 */
public record TlsSettings(boolean trusted, boolean forHost, Optional<Path> authorities) {

  /**
   * Applies these rules to a connection.
   *
   * @throws JedisException if the file cannot be used
   */
  @SuppressWarnings("deprecation") // the replacement reads key stores, not PEM
  void applyTo(DefaultJedisClientConfig.Builder config) {
    if (!trusted) {
      config.sslOptions(SslOptions.builder().sslVerifyMode(SslVerifyMode.INSECURE).build());
    } else if (authorities.isEmpty()) {
      SslVerifyMode mode = forHost ? SslVerifyMode.FULL : SslVerifyMode.CA;
      config.sslOptions(SslOptions.builder().sslVerifyMode(mode).build());
    } else {
      SSLParameters parameters = new SSLParameters();
      if (forHost) {
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
      }
      config.ssl(true).sslParameters(parameters).sslSocketFactory(trusting(authorities.get()));
    }
  }

  private static SSLSocketFactory trusting(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      for (Certificate authority :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("authority " + trusted.size(), authority);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (IOException | GeneralSecurityException e) {
      throw new JedisException("ssl_ca_certs (" + file + ") cannot be used: " + e.getMessage(), e);
    }
  }
}
