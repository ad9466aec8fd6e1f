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
  void withoutTlsThereIsNoCertificateToLookAt() {
    assertThat(parse("redis://host").tls()).isEmpty();
    assertThatThrownBy(() -> parse("redis://host?ssl_cert_reqs=none"))
        .hasMessage("--redis-url (ssl_cert_reqs) works with rediss:// only");
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
  @ValueSource(strings = {"/no/such.pem", "/", "a%00b"})
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
    "redis://host?password=secret, host, 6379, , secret",
    "redis://host?username=me&password=s%2B+cret, host, 6379, me, s+ cret",
    "redis://host?password=first&password=second, host, 6379, , first",
    "redis://me:secret@host?username=you&password=other, host, 6379, me, secret",
    "redis://me@host?password=secret, host, 6379, me, secret",
    "redis://host?password=, host, 6379, , ",
    "redis://my%2Dredis, my-redis, 6379, , ",
    "redis://host?socket_timeout=1.5&max_connections=5&client_name=a&protocol=3, host, 6379, , ",
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
        "redis://my host",
        "redis://a:1:2",
        "redis://[::1",
        "redis://:a[b@host",
        "redis://:a]b@host",
        "redis:",
        "redis:/1",
        "redis://:a\tb@host",
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
    assertThat(parse("redis://host/3/").database()).isEqualTo(3);
    assertThat(parse("redis://host/3?a&db=4").database()).isEqualTo(4);
    assertThat(parse("redis://host/3?db=").database()).isEqualTo(3);
    assertThatThrownBy(() -> parse("redis://:secret@host/nought?db=x"))
        .hasMessage(
            "--redis-url (redis://***@host/nought?***) must name its database by a number, as in /0"
                + " or ?db=0");
  }

  @Test
  void theWorkersGetASchemeThatEveryRedisPyKnows() {
    assertThat(parse("REDIS://:Secret@Host").url()).isEqualTo("redis://:Secret@Host");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "host=other | --redis-url (host) is not supported: name the host before the question mark",
        "port=6380 | --redis-url (port) is not supported: name the port before the question mark",
        "decode_responses=True | --redis-url (decode_responses) is not supported: RQ reads bytes",
        "encoding=latin-1 | --redis-url (encoding) is not supported: RQ's keys are in UTF-8",
        "connection_class=x | --redis-url (connection_class) is not supported",
        "credential_provider=x | --redis-url (credential_provider) is not supported",
        "socket_timeout=soon | --redis-url (socket_timeout) must be a number",
        "max_connections=1.5 | --redis-url (max_connections) must be a whole number",
        "pasword=s3cret | --redis-url (pasword) is not a parameter of redis-py: did you mean"
            + " password?",
        "user=me | is not a parameter of redis-py: did you mean username?",
        "socket_timout=3 | did you mean socket_timeout?",
        "s3cret-9=x | --redis-url (***) is not a parameter of redis-py: leave it out",
        "password=%2565 | --redis-url (password) is percent-encoded twice",
      })
  void whatWouldReachAnotherRedisOrNoneIsRefusedByName(String query, String message) {
    assertThatThrownBy(() -> parse("redis://:s3cret@h?" + query))
        .isInstanceOf(InvalidSetting.class)
        .message()
        .contains(message)
        .doesNotContain("s3cret")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "redis://h | redis://h",
        "redis://u:p@h:1/2 | redis://***@h:1/2",
        "redis://h?password=p | redis://h?***",
        "redis://h?password=p@ss&db=1 | redis://***",
        "redis://:p?q@h | redis://***",
        "redis://:p#q@h | redis://***@h",
        "redis://h/p#q | redis://h/p#***",
        "unix:///s.sock?password=p | unix:///s.sock?***",
        "--url=redis://:p@h | --url=redis://***@h",
        "me:p@h | ***@h",
      })
  void noPartOfAUrlThatMayBeASecretIsShown(String url, String shown) {
    assertThat(RedisAddress.withoutSecrets(url)).isEqualTo(shown);
  }

  @Test
  void aPasswordInAParameterIsSeen() {
    assertThat(RedisAddress.showsPassword("--url=redis://h?db=1&password=x")).isTrue();
    assertThat(RedisAddress.showsPassword("redis://h?db=1")).isFalse();
  }
}
