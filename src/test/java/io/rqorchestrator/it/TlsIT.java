package io.rqorchestrator.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A Redis behind TLS with a certificate for 127.0.0.1 that no authority has signed. */
final class TlsIT {

  private static final String PASSWORD = "changeit";

  @TempDir Path directory;

  /** The server, which also listens without TLS, and its TLS port. */
  private record TlsRedis(RedisServer server, int port) implements AutoCloseable {

    String at(String host, String parameters) {
      return "rediss://%s:%d%s".formatted(host, port, parameters);
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  private TlsRedis redis() throws Exception {
    int port = RedisServer.freePort();
    Path store = directory.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "redis",
                "-keyalg",
                "EC",
                "-dname",
                "CN=redis",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    Path key = directory.resolve("key.pem");
    write(key, "PRIVATE KEY", keys.getKey("redis", PASSWORD.toCharArray()).getEncoded());
    write(certificate(), "CERTIFICATE", keys.getCertificate("redis").getEncoded());
    RedisServer server =
        RedisServer.started(
            "--tls-port",
            "" + port,
            "--tls-auth-clients",
            "no",
            "--tls-cert-file",
            certificate().toString(),
            "--tls-key-file",
            key.toString());
    return new TlsRedis(server, port);
  }

  private Path certificate() {
    return directory.resolve("certificate.pem");
  }

  private static void write(Path file, String what, byte[] content) throws IOException {
    String text = Base64.getMimeEncoder().encodeToString(content);
    Files.writeString(
        file, "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(what, text));
  }

  private static Daemon daemon(String url) throws IOException {
    return Daemon.run(
        Map.of("RQ_REDIS_URL", url),
        Daemon.ownName(),
        "--python=" + RqPython.path(),
        "--directory=" + RqPython.JOBS,
        "--log-format=json",
        "--min-workers=1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"?ssl_ca_certs=%s", "?ssl_cert_reqs=none"})
  void itIsUsedByDaemonAndWorkersAsTheUrlSays(String parameters) throws Exception {
    try (TlsRedis redis = redis();
        Daemon daemon = daemon(redis.at("127.0.0.1", parameters.formatted(certificate())))) {
      daemon.await("worker_ready", 1);
      Path log = directory.resolve("jobs");
      String inTheClear = redis.server().url();
      assertThat(RqPython.run("enqueue.py", inTheClear, "default", log, 1, 0, 0).waitFor())
          .isZero();
      JobLog.awaitRuns(log, 1);
      assertThat(daemon.stop()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1, ''", "localhost, ?ssl_ca_certs=%s"})
  void whereItIsNotTrustedNothingIsStartedAndTheLogSaysWhatToDo(String host, String parameters)
      throws Exception {
    try (TlsRedis redis = redis();
        Daemon daemon = daemon(redis.at(host, parameters.formatted(certificate())))) {
      assertThat(daemon.await("redis_away", 1).get("message").getAsString())
          .contains("TLS with ")
          .contains("ssl_ca_certs=FILE names the authorities to trust");
      assertThat(daemon.stop()).isZero();
      assertThat(daemon.events("worker_started")).isEmpty();
    }
  }

  @Test
  void aCertificateForAnotherHostWillDoIfTheUrlSaysSo() throws Exception {
    String parameters = "?ssl_check_hostname=false&ssl_ca_certs=" + certificate();
    try (TlsRedis redis = redis();
        Daemon daemon = daemon(redis.at("localhost", parameters))) {
      daemon.await("worker_ready", 1);
      assertThat(daemon.stop()).isZero();
    }
  }
}
