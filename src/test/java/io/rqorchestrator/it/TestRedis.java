package io.rqorchestrator.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/**
 * A Redis for tests that neither kill nor hang it: a container if Docker answers, else a local
 * server. Other tests take a {@link RedisServer}.
 */
public interface TestRedis extends AutoCloseable {

  static TestRedis started() throws IOException {
    return Container.DOCKER ? new Container() : RedisServer.started();
  }

  String url();

  Jedis connect();

  @Override
  void close() throws IOException;

  /** Redis in a container; not run where no Docker engine is. */
  final class Container implements TestRedis {

    /** Docker is asked only if there may be one, because its absence is logged as an error. */
    private static final boolean DOCKER =
        mayAnswer() && DockerClientFactory.instance().isDockerAvailable();

    private static boolean mayAnswer() {
      return System.getenv("DOCKER_HOST") != null
          || Files.isWritable(Path.of("/var/run/docker.sock"));
    }

    private static final int PORT = 6379;

    private final GenericContainer<?> redis =
        new GenericContainer<>(DockerImageName.parse("redis:7-alpine")).withExposedPorts(PORT);

    private Container() {
      redis.start();
    }

    @Override
    public String url() {
      return "redis://" + redis.getHost() + ":" + redis.getMappedPort(PORT) + "/0";
    }

    @Override
    public Jedis connect() {
      return new Jedis(
          new HostAndPort(redis.getHost(), redis.getMappedPort(PORT)),
          DefaultJedisClientConfig.builder().autoNegotiateProtocol(false).build());
    }

    @Override
    public void close() {
      redis.stop();
    }
  }
}
