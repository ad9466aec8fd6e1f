package io.rqorchestrator.redis;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Permanent errors of Redis: they last until its settings or ours change. Every other error reply
 * means a temporary state: LOADING, BUSY, MASTERDOWN, NOREPLICAS, READONLY, OOM, MISCONF,
 * CLUSTERDOWN, TRYAGAIN, "max number of clients reached".
 */
enum Refusal {
  NO_SUCH_DATABASE(
      "name a database that it has at the end of --redis-url, such as /0",
      "DB index is out of range",
      "invalid DB index",
      "SELECT is not allowed in cluster mode"),
  CLUSTER("RQ cannot use a Redis Cluster: name a single Redis", "MOVED ", "ASK ", "CROSSSLOT"),
  NOT_PERMITTED(
      "grant that to the user of --redis-url (ACL SETUSER), or name another user", "NOPERM"),
  PROTECTED("give this Redis a password, or set its protected-mode to no", "DENIED "),
  NO_PASSWORD_SET(
      "it has no password: leave user and password out of --redis-url",
      "without any password configured",
      "no password is set"),
  NO_USERS(
      "it knows no users: leave the user out of --redis-url",
      "wrong number of arguments for 'auth'"),
  NOT_THIS_REDIS(
      "RQ needs this command: name a Redis that has it, and neither a Sentinel nor a proxy",
      "unknown command",
      "unknown subcommand"),
  WRONG_PASSWORD(
      "check user and password of --redis-url", "WRONGPASS", "NOAUTH", "AUTH", "invalid password");

  private final String remedy;

  @SuppressWarnings("ImmutableEnumChecker") // List.of cannot be changed
  private final List<String> signs;

  /**
   * @param signs texts in an error reply that mean this refusal
   */
  Refusal(String remedy, String... signs) {
    this.remedy = remedy;
    this.signs = List.of(signs);
  }

  /** The refusal that an error reply means; empty for a temporary state. */
  static Optional<Refusal> of(String reply) {
    return Arrays.stream(values())
        .filter(refusal -> refusal.signs.stream().anyMatch(sign -> isIn(reply, sign)))
        .findFirst();
  }

  /** A sign that ends with a blank must be the reply's first word; any other may be anywhere. */
  private static boolean isIn(String reply, String sign) {
    return sign.endsWith(" ") ? reply.startsWith(sign) : reply.contains(sign);
  }

  /** What the user can do about it. */
  String remedy() {
    return remedy;
  }
}
