package io.rqorchestrator.it;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** A private redis-server on a free loopback port, which tests can kill, hang and restart. */
final class RedisServer implements TestRedis {

  private static final String BINARY = RedisBinary.path();

  /** Another test may take a port between its choice and its use. */
  private static final int ATTEMPTS = 5;

  private int port;
  private final Path directory;
  private final List<String> options;
  private final String password;
  private Process process;

  private RedisServer(String password, List<String> options) throws IOException {
    this.directory = Files.createTempDirectory("rq-orchestrator-redis");
    this.options = options;
    this.password = password;
    for (int attempt = 1; process == null || !process.isAlive(); attempt++) {
      port = freePort();
      try {
        start();
      } catch (IOException e) {
        if (attempt == ATTEMPTS || !e.getMessage().contains("already in use")) {
          throw e;
        }
      }
    }
  }

  static RedisServer started(String... options) throws IOException {
    return new RedisServer("", List.of(options));
  }

  static RedisServer withPassword(String password) throws IOException {
    return new RedisServer(password, List.of("--requirepass", password));
  }

  /** A port outside the ephemeral range: it has to stay free while Redis is away. */
  static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(15_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // Taken: another one.
      }
    }
  }

  void start() throws IOException {
    List<String> command = new ArrayList<>(List.of(BINARY));
    command.addAll(
        List.of("--port", "" + port, "--bind", "127.0.0.1", "--save", "", "--dir", "" + directory));
    command.addAll(options);
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    Awaitility.await()
        .pollInterval(Duration.ofMillis(20))
        .until(() -> answers() || !process.isAlive());
    if (!process.isAlive()) {
      throw new IOException("redis-server ended: " + Files.readString(directory.resolve("log")));
    }
  }

  /** Whether it is this server that answers, not another test's on the same port. */
  private boolean answers() {
    try (Jedis jedis = connect()) {
      return jedis.info("server").contains("process_id:" + process.pid() + "\r\n");
    } catch (JedisException e) {
      return false;
    }
  }

  @Override
  public Jedis connect() {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder().autoNegotiateProtocol(false);
    if (!password.isEmpty()) {
      config.password(password);
    }
    return new Jedis(new HostAndPort("127.0.0.1", port), config.build());
  }

  int port() {
    return port;
  }

  @Override
  public String url() {
    String credentials = password.isEmpty() ? "" : ":" + password + "@";
    return "redis://" + credentials + "127.0.0.1:" + port + "/0";
  }

  void kill() {
    process.destroyForcibly().onExit().join();
  }

  void hang() throws IOException, InterruptedException {
    Signal.send("STOP", process.pid());
  }

  void resume() throws IOException, InterruptedException {
    Signal.send("CONT", process.pid());
  }

  @Override
  public void close() throws IOException {
    kill();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
