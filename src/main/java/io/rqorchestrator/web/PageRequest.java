package io.rqorchestrator.web;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The parts of a request that pages use.
 *
 * @param query the part after the question mark; empty if there is none
 */
record PageRequest(String query, Headers headers) {

  static PageRequest of(HttpExchange exchange) {
    return new PageRequest(
        Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""),
        exchange.getRequestHeaders());
  }

  /** A header. */
  Optional<String> header(String name) {
    return Optional.ofNullable(headers.getFirst(name));
  }

  /** A parameter; empty if it is missing. */
  Optional<String> parameter(String name) {
    for (String pair : query.split("&", -1)) {
      if (pair.startsWith(name + "=")) {
        return Optional.of(pair.substring(name.length() + 1));
      }
    }
    return Optional.empty();
  }

  /** A parameter as a number; empty if it is missing or not a number. */
  OptionalLong number(String name) {
    return parameter(name)
        .filter(text -> text.matches("\\d{1,18}"))
        .map(text -> OptionalLong.of(Long.parseLong(text)))
        .orElse(OptionalLong.empty());
  }
}
