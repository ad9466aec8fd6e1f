package io.rqorchestrator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpAddressTest {

  private static HttpAddress parse(String text) {
    return HttpAddress.parse("--http", text);
  }

  @Test
  void isTheLoopbackAddressUnlessAHostIsGiven() {
    assertThat(parse("9181")).isEqualTo(new HttpAddress("127.0.0.1", 9181));
    assertThat(parse("0")).isEqualTo(new HttpAddress("127.0.0.1", 0));
    assertThat(parse("0.0.0.0:80")).isEqualTo(new HttpAddress("0.0.0.0", 80));
    assertThat(parse("web-1.example:65535")).isEqualTo(new HttpAddress("web-1.example", 65535));
    assertThat(parse("[::1]:9181")).isEqualTo(new HttpAddress("[::1]", 9181));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "65536",
        "-1",
        ":80",
        "::1:80",
        "http://localhost:80",
        "a b:1",
        "1:",
        "99999999"
      })
  void refusesWhatIsNone(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith("--http (" + text + ") must be PORT or HOST:PORT");
  }
}
