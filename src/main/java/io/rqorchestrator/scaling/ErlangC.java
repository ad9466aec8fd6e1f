package io.rqorchestrator.scaling;

/**
 * How long customers wait in an M/M/n queue: arrivals at random, service times of exponential
 * distribution, n servers, one line.
 *
 * <p>With <i>a</i> the offered load in erlang and <i>n &gt; a</i> servers, a customer waits at all
 * with the probability
 *
 * <pre>
 *   C(n, a) = B(n, a) / (1 - (a/n) (1 - B(n, a)))
 * </pre>
 *
 * and longer than <i>t</i> with the probability <i>C(n, a) exp(-(n - a) t / s)</i>, where <i>s</i>
 * is the mean service time. <i>B</i> is Erlang's loss formula, which is computed by its recurrence
 *
 * <pre>
 *   B(0, a) = 1,   B(k, a) = a B(k-1, a) / (k + a B(k-1, a))
 * </pre>
 *
 * All terms of the recurrence lie in [0, 1], so it neither overflows nor loses precision; the
 * powers and factorials of the closed form do both.
 *
 * <p>Source: A. K. Erlang, "Solution of some problems in the theory of probabilities of
 * significance in automatic telephone exchanges", 1917; in this form L. Kleinrock, "Queueing
 * Systems", volume 1, 1975, section 3.5, and D. Jagerman, "Some properties of the Erlang loss
 * function", Bell System Technical Journal 53, 1974.
 */
final class ErlangC {

  private ErlangC() {}

  /**
   * The probability that a customer waits.
   *
   * @param erlang the offered load, 0 or more
   * @param servers 0 or more
   * @return 1 where the servers cannot keep up
   */
  static double waits(double erlang, int servers) {
    return fromLoss(loss(erlang, servers), erlang, servers);
  }

  /**
   * The probability that a customer waits longer than {@code seconds}.
   *
   * @param service mean service time in seconds, more than 0
   */
  static double waitsLonger(double erlang, int servers, double service, double seconds) {
    return waitsLonger(loss(erlang, servers), erlang, servers, service, seconds);
  }

  /**
   * The fewest servers with which no more than {@code share} of the customers wait longer than
   * {@code seconds}; 0 where there is no load.
   *
   * @param share in (0, 1)
   */
  static int servers(double erlang, double service, double seconds, double share) {
    if (erlang <= 0) {
      return 0;
    }
    int servers = (int) Math.floor(erlang) + 1;
    double loss = loss(erlang, servers);
    while (waitsLonger(loss, erlang, servers, service, seconds) > share) {
      servers++;
      loss = nextLoss(loss, erlang, servers);
    }
    return servers;
  }

  private static double loss(double erlang, int servers) {
    double loss = 1;
    for (int k = 1; k <= servers; k++) {
      loss = nextLoss(loss, erlang, k);
    }
    return loss;
  }

  private static double nextLoss(double loss, double erlang, int servers) {
    return erlang * loss / (servers + erlang * loss);
  }

  private static double fromLoss(double loss, double erlang, int servers) {
    if (erlang <= 0) {
      return 0;
    }
    return servers <= erlang ? 1 : loss / (1 - erlang / servers * (1 - loss));
  }

  private static double waitsLonger(
      double loss, double erlang, int servers, double service, double seconds) {
    double ofThoseWhoWait =
        servers <= erlang ? 1 : Math.exp(-(servers - erlang) * seconds / service);
    return fromLoss(loss, erlang, servers) * ofThoseWhoWait;
  }
}
