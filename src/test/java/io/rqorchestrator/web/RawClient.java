package io.rqorchestrator.web;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client that sends given bytes, one by one if need be. */
final class RawClient implements AutoCloseable {

  private final Socket socket = new Socket();
  private final BufferedReader in;

  RawClient(InetSocketAddress server) throws IOException {
    socket.connect(server, 5000);
    socket.setSoTimeout(10_000);
    in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  /** The whole answer, head and body. */
  static String ask(InetSocketAddress server, String request) throws IOException {
    try (RawClient client = new RawClient(server)) {
      client.send(request + "\r\nConnection: close\r\n\r\n");
      return client.rest();
    }
  }

  /** The answer to a plain GET. */
  static String get(InetSocketAddress server, String path) throws IOException {
    return ask(server, "GET " + path + " HTTP/1.1\r\nHost: localhost:" + server.getPort());
  }

  void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  /** The next line; null at the end. */
  String line() throws IOException {
    return in.readLine();
  }

  /** Everything up to the end. */
  String rest() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      lines.add(line);
    }
    return String.join("\n", lines);
  }

  /** Whether the server has closed the connection. */
  boolean hasEnded() throws IOException {
    socket.setSoTimeout(1);
    try {
      return in.read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true; // closed while it had more of ours to read
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
