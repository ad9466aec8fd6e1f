package io.rqorchestrator.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFilterTest {

  private static final byte[] OWN_NAME_ON_DEBIAN = {127, 0, 1, 1};

  private static boolean passes(String host, byte[] address, String header)
      throws UnknownHostException {
    RequestFilter filter = new RequestFilter(host, InetAddress.getByAddress(host, address));
    return filter.refusal("GET", header).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Web-1:9181", "web-1", "WEB-1:80", "127.0.1.1:9181", "127.0.1.1", "localhost"})
  void answersTheNameItWasGivenAndItsAddress(String header) throws UnknownHostException {
    assertThat(passes("Web-1", OWN_NAME_ON_DEBIAN, header)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"web-2", "web-1.evil.example", "127.0.1.1.evil.example", "127.0.1.2"})
  void refusesOtherNamesThatLeadToTheSameAddress(String header) throws UnknownHostException {
    assertThat(passes("web-1", OWN_NAME_ON_DEBIAN, header)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ip6-loopback:9181", "[::1]:9181", "[0:0:0:0:0:0:0:1]"})
  void anAddressOfVersionSixIsInBrackets(String header) throws UnknownHostException {
    byte[] address = new byte[16];
    address[15] = 1;
    assertThat(passes("ip6-loopback", address, header)).isTrue();
    assertThat(passes("ip6-loopback", address, "evil.example")).isFalse();
  }

  @Test
  void anyNameMayLeadToAnAddressThatOtherHostsReach() throws UnknownHostException {
    assertThat(passes("web-1", new byte[] {10, 0, 0, 1}, "any.example")).isTrue();
  }
}
