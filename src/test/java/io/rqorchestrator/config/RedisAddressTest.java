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

  @Test
  void theDatabaseIsTheOneOfTheParametersElseOfThePath() {
    assertThat(parse("redis://host/3").database()).isEqualTo(3);
    assertThat(parse("redis://host/3?a&db=4&x=1").database()).isEqualTo(4);
    assertThatThrownBy(() -> parse("redis://:secret@host?db=x"))
        .hasMessageStartingWith("--redis-url (redis://***@host?db=x) must look like");
  }
}
