package io.rqorchestrator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** The replies are Redis's own, of versions 3.0 to 8: from its source, or from its mouth. */
class RedisProblemTest {

  private static final RedisSettings SETTINGS =
      new RedisSettings(
          "here", 6379, Optional.empty(), 99, Optional.empty(), Optional.empty(), Duration.ZERO);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ERR DB index is out of range | name a database
          ERR invalid DB index | name a database
          ERR SELECT is not allowed in cluster mode | name a database
          MOVED 3999 127.0.0.1:6381 | a single Redis
          ASK 3999 127.0.0.1:6381 | a single Redis
          CROSSSLOT Keys in request don't hash to the same slot | a single Redis
          NOPERM this user has no permissions to run the 'select' command | ACL SETUSER
          DENIED Redis is running in protected mode because protected mode is enabled | protected-mode
          ERR AUTH <password> called without any password configured for the default user. | leave
          ERR Client sent AUTH, but no password is set | leave user and password out
          ERR wrong number of arguments for 'auth' command | leave the user out
          ERR unknown command 'SMEMBERS', with args beginning with: | neither a Sentinel
          WRONGPASS invalid username-password pair or user is disabled. | check user and password
          NOAUTH Authentication required. | check user and password
          ERR invalid password | check user and password
          """)
  void whatStaysAsItIsIsTheUsersToMend(String reply, String remedy) {
    RedisProblem problem = RedisProblem.of(new JedisDataException(reply), SETTINGS);

    assertThat(problem.denied()).isTrue();
    assertThat(problem.text()).contains("Redis at here:6379").contains(reply).contains(remedy);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LOADING Redis is loading the dataset in memory",
        "BUSY Redis is busy running a script.",
        "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
        "READONLY You can't write against a read only replica.",
        "MISCONF Redis is configured to save RDB snapshots",
        "OOM command not allowed when used memory > 'maxmemory'.",
        "NOREPLICAS Not enough good replicas to write.",
        "CLUSTERDOWN The cluster is down",
        "TRYAGAIN Multiple keys request during rehashing of slot",
        "ERR max number of clients reached"
      })
  void whatPassesIsWaitedOut(String reply) {
    assertThat(RedisProblem.of(new JedisDataException(reply), SETTINGS).denied()).isFalse();
  }

  /** Which of these comes is chance, and each new text would be reported as a new problem. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Unexpected end of stream.",
        "Connection reset",
        "Connection reset by peer",
        "Broken pipe",
        "Broken pipe (Write failed)"
      })
  void aClosedConnectionHasOneText(String text) {
    JedisConnectionException failure = new JedisConnectionException(new SocketException(text));

    assertThat(RedisProblem.of(failure, SETTINGS))
        .isEqualTo(new RedisProblem("Redis at " + SETTINGS + " closed the connection", false));
  }
}
