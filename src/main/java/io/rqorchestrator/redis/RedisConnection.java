package io.rqorchestrator.redis;

import java.io.IOException;
import java.net.Socket;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/** An open connection to Redis with bounded replies. */
final class RedisConnection implements AutoCloseable {

  private final Jedis jedis;
  private @Nullable BoundedReplies replies;

  /**
   * Connects.
   *
   * @throws JedisException if the connection cannot be made
   */
  RedisConnection(RedisSettings settings) {
    int deadline = (int) settings.deadline().toMillis();
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .connectionTimeoutMillis(deadline)
            .socketTimeoutMillis(deadline)
            .autoNegotiateProtocol(false)
            .database(settings.database())
            .clientSetInfoConfig(ClientSetInfoConfig.DISABLED);
    settings.tls().ifPresent(tls -> tls.applyTo(config));
    settings.user().ifPresent(config::user);
    settings.password().ifPresent(config::password);
    DefaultJedisClientConfig built = config.build();
    JedisSocketFactory sockets =
        new DefaultJedisSocketFactory(new HostAndPort(settings.host(), settings.port()), built);
    this.jedis = new Jedis(() -> bounded(sockets.createSocket()), built);
  }

  private Socket bounded(Socket socket) {
    try {
      BoundedSocket bounded = new BoundedSocket(socket);
      replies = bounded.replies();
      return bounded;
    } catch (IOException e) {
      throw new JedisConnectionException("connection failed", e);
    }
  }

  /** Starts the next sample, which resets the limit on its bytes. */
  Jedis begin() {
    BoundedReplies open = replies;
    if (open != null) {
      open.begin();
    }
    return jedis;
  }

  /** Never fails: after the close, the state of the connection does not matter. */
  @Override
  public void close() {
    try {
      jedis.close();
    } catch (JedisException e) {
      // The connection is not used again.
    }
  }
}
