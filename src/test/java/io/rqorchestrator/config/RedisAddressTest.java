package io.rqorchestrator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RedisAddressTest {

  @TempDir private Path directory;

  private static RedisAddress parse(String url) {
    return RedisAddress.parse("--redis-url", url);
  }

  @Test
  void withoutTlsNoCertificateIsLookedAt() {
    assertThat(parse("redis://host?ssl_cert_reqs=none").tls()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "rediss://host, true, true",
    "rediss://host?ssl_cert_reqs=required, true, true",
    "rediss://host?ssl_cert_reqs=optional, true, true",
    "rediss://host?ssl_cert_reqs=none, false, true",
    "rediss://host/3?ssl_check_hostname=False&health_check_interval=3, true, false",
  })
  void theCertificateIsLookedAtAsTheUrlSays(String url, boolean trusted, boolean forHost) {
    assertThat(parse(url).tls()).contains(new TlsRules(trusted, forHost, Optional.empty()));
  }

  @Test
  void authoritiesOfOnesOwnAreAFile() throws Exception {
    Path file = Files.createFile(directory.resolve("ca 1.pem"));
    String url = "rediss://host/?ssl_ca_certs=" + file.toString().replace(" ", "%20");
    assertThat(parse(url).tls()).contains(new TlsRules(true, true, Optional.of(file)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/no/such.pem", "/", "", "a%00b"})
  void whatIsNoFileIsRefused(String authorities) {
    assertThatThrownBy(() -> parse("rediss://host?ssl_ca_certs=" + authorities))
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith("--redis-url (ssl_ca_certs=")
        .hasMessageEndingWith(") must be a file of certificates (PEM) that can be read");
  }

  @Test
  void whatTheDaemonCannotDoIsRefused() {
    assertThatThrownBy(() -> parse("rediss://host?ssl_certfile=me.pem"))
        .hasMessage(
            "--redis-url (ssl_certfile) is not supported: the daemon knows ssl_cert_reqs,"
                + " ssl_check_hostname and ssl_ca_certs");
    assertThatThrownBy(() -> parse("rediss://host?ssl_cert_reqs=maybe"))
        .hasMessage("--redis-url (ssl_cert_reqs=maybe) must be none, optional or required");
  }

  @ParameterizedTest
  @CsvSource({
    "redis://host, host, 6379, , ",
    "redis://my_redis:6380/0, my_redis, 6380, , ",
    "redis://, localhost, 6379, , ",
    "redis:///2, localhost, 6379, , ",
    "redis://[::1]:6380, [::1], 6380, , ",
    "redis://:secret@host, host, 6379, , secret",
    "redis://me@host, host, 6379, me, ",
    "redis://me:secret@host:1, host, 1, me, secret",
    "redis://:a^b@host, host, 6379, , a^b",
    "redis://:100%sure@host, host, 6379, , 100%sure",
    "redis://:p@ss:w+rd|{}@host, host, 6379, , p@ss:w+rd|{}",
    "redis://:%2F%3F%23%25%C3%A4@host, host, 6379, , /?#%ä",
  })
  void whatRedisPyTakesIsTaken(String url, String host, int port, String user, String password) {
    RedisAddress address = parse(url);
    assertThat(address.host()).isEqualTo(host);
    assertThat(address.port()).isEqualTo(port);
    assertThat(address.user()).isEqualTo(Optional.ofNullable(user));
    assertThat(address.password()).isEqualTo(Optional.ofNullable(password));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host:6379",
        "localhost",
        "http://host",
        "redis://:a/b@host",
        "redis://:a#b@host",
        "redis://host:0",
        "redis://host:65536",
        "redis://host:port",
        "redis://host/nought",
        "redis://my host",
        "redis://a:1:2",
        "redis://[::1",
        "redis://:a[b@host",
        "redis://:a]b@host",
        "redis:",
        "redis:/1",
      })
  void whatIsNoAddressIsRefusedWithARule(String url) {
    assertThatThrownBy(() -> parse(url))
        .isInstanceOf(InvalidSetting.class)
        .hasMessageContaining(") must look like redis://")
        .hasMessageEndingWith("percent-encoded");
  }

  @Test
  void theDatabaseIsTheOneOfTheParametersElseOfThePath() {
    assertThat(parse("redis://host/3").database()).isEqualTo(3);
    assertThat(parse("redis://host/3?a&db=4&x=1").database()).isEqualTo(4);
    assertThatThrownBy(() -> parse("redis://:secret@host?db=x"))
        .hasMessageStartingWith("--redis-url (redis://***@host?db=x) must look like");
  }
}
