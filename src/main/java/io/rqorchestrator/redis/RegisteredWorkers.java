package io.rqorchestrator.redis;

import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/**
 * Names of the workers in some of RQ's sets, such as those of the pool's queues. The sets are read
 * in pieces and up to a limit, because other users of this Redis may have written anything into
 * them.
 */
final class RegisteredWorkers {

  /** Most names read from one set. A pool has at most 1000 workers. */
  static final int MOST = 1000;

  /** The least size of a piece; for larger sets it is twice the number of known names. */
  private static final int FIRST_PIECE = 100;

  private static final int SMALL_PIECE = 10;
  private static final int MOST_PIECES = 20;

  /** A set with names that are too long is expensive, so it is read only once in this time. */
  private static final Duration REST = Duration.ofMinutes(1);

  private static final String DONE = ScanParams.SCAN_POINTER_START;

  /**
   * The names found in one set.
   *
   * @param leftOut number of names in the set that were left out
   * @param heavy whether some of the names are too long
   */
  private record FoundNames(Set<String> names, long leftOut, boolean heavy, Tick at) {}

  /** The requests for one set. */
  record SetPage(String set, Response<ScanResult<String>> piece, Response<Long> size) {}

  private final List<String> sets;
  private final Map<String, FoundNames> found = new HashMap<>();

  /**
   * @param sets keys of the sets
   */
  RegisteredWorkers(List<String> sets) {
    this.sets = List.copyOf(sets);
  }

  /** Requests the first piece of each set. */
  List<SetPage> ask(Pipeline pipeline, Tick now) {
    return sets.stream()
        .filter(set -> !rests(set, now))
        .map(set -> new SetPage(set, pipeline.sscan(set, DONE, piece(set)), pipeline.scard(set)))
        .toList();
  }

  private boolean rests(String set, Tick now) {
    @Nullable FoundNames last = found.get(set);
    return last != null && last.heavy() && !now.hasPassed(REST, last.at());
  }

  private ScanParams piece(String set) {
    @Nullable FoundNames last = found.get(set);
    int known = last == null ? 0 : last.names().size();
    boolean heavy = last != null && last.heavy();
    int count = Math.max(FIRST_PIECE, Math.min(MOST, 2 * known));
    return new ScanParams().count(heavy ? SMALL_PIECE : count);
  }

  /** Reads the replies, and requests the other pieces. */
  void take(Jedis jedis, List<SetPage> questions, Tick now, RqFields fields) {
    for (SetPage question : questions) {
      found.put(question.set(), read(jedis, question, now, fields));
    }
  }

  private FoundNames read(Jedis jedis, SetPage question, Tick now, RqFields fields) {
    Set<String> names = new LinkedHashSet<>();
    boolean heavy = false;
    @Nullable ScanResult<String> piece = Answers.value(question.piece(), fields).orElse(null);
    if (piece == null) {
      return new FoundNames(Set.of(), 0, false, now);
    }
    ScanParams count = piece(question.set());
    for (int pieces = 1; ; pieces++) {
      for (String key : piece.getResult()) {
        if (key.equals(BoundedReplies.TOO_LONG)) {
          heavy = true;
        } else if (names.size() < MOST) {
          names.add(RqKeys.workerName(key));
        }
      }
      boolean done = piece.getCursor().equals(DONE);
      if (done || heavy || names.size() >= MOST || pieces >= MOST_PIECES) {
        long size = Answers.value(question.size(), fields).orElse(0L);
        boolean whole = done && !heavy && names.size() < MOST;
        return new FoundNames(names, whole ? 0 : Math.max(0, size - names.size()), heavy, now);
      }
      piece = jedis.sscan(question.set(), piece.getCursor(), count);
    }
  }

  /** All known names. */
  Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    for (String set : sets) {
      @Nullable FoundNames last = found.get(set);
      if (last != null) {
        last.names().stream().limit(Math.max(0, MOST - names.size())).forEach(names::add);
      }
    }
    return names;
  }

  /** The number of names that are left out now. */
  long leftOut() {
    return found.values().stream().mapToLong(FoundNames::leftOut).sum();
  }
}
