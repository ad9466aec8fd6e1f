package io.rqorchestrator.redis;

import io.rqorchestrator.rq.HandedJob;
import io.rqorchestrator.rq.HandedJob.Trace;
import io.rqorchestrator.rq.PutBack;
import java.util.List;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.SetParams;

/**
 * Puts a job back at the head of its queue. The transaction fails if another client changes the job
 * or one of the lists in the meantime. A script would do the same, but not every Redis user may run
 * scripts.
 */
final class JobReturn {

  /** Attempts at the transaction; a queue under load changes all the time. */
  private static final int ATTEMPTS = 50;

  /** Seconds during which no other pool puts the same job back. */
  private static final int MARK_SECONDS = 60;

  /**
   * Most unfinished executions of one job that are removed. There can be more only if its workers
   * die again and again.
   */
  private static final long MOST_EXECUTIONS = 100;

  private JobReturn() {}

  /** Puts the job back if it is still queued and where it was found. */
  static PutBack putBack(Jedis jedis, HandedJob job) {
    String mark = RqKeys.putBack(job.id());
    String record = RqKeys.job(job.id());
    String queue = RqKeys.queue(job.queue());
    String intermediate = RqKeys.intermediate(job.queue());
    String executions = RqKeys.executionsOfJob(job.id());
    try {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        jedis.watch(record, queue, intermediate, executions, mark);
        if (jedis.exists(mark)) {
          jedis.unwatch();
          return PutBack.LATER;
        }
        if (!isHanded(jedis, job, record, queue, intermediate)) {
          jedis.unwatch();
          return PutBack.NOT_NEEDED;
        }
        List<String> begun = jedis.zrange(executions, 0, MOST_EXECUTIONS - 1);
        Transaction transaction = jedis.multi();
        forget(transaction, job, begun);
        transaction.lrem(intermediate, 0, job.id());
        transaction.del(RqKeys.firstSeen(job.queue(), job.id()));
        transaction.set(mark, "1", SetParams.setParams().ex(MARK_SECONDS));
        transaction.lpush(queue, job.id());
        if (transaction.exec() != null) {
          return PutBack.DONE;
        }
      }
      return PutBack.LATER;
    } catch (JedisDataException e) { // Redis is too old for LPOS, read-only, or refuses permission
      return PutBack.REFUSED;
    }
  }

  /**
   * Removes the job's entries from the registry of running jobs. A worker writes such an entry
   * before it changes the job's state, so one that dies in between leaves it. When the entry
   * expires, RQ up to 2 would fail the job, even if it has run since.
   */
  private static void forget(Transaction transaction, HandedJob job, List<String> begun) {
    String running = RqKeys.running(job.queue());
    transaction.zrem(running, job.id()); // RQ 1
    for (String execution : begun) {
      String noted = job.id() + ":" + execution;
      transaction.zrem(running, noted);
      transaction.del(RqKeys.execution(noted));
    }
    transaction.del(RqKeys.executionsOfJob(job.id()));
  }

  private static boolean isHanded(
      Jedis jedis, HandedJob job, String record, String queue, String intermediate) {
    boolean listed = jedis.lpos(intermediate, job.id()) != null;
    return "queued".equals(jedis.hget(record, "status"))
        && jedis.lpos(queue, job.id()) == null
        && listed == (job.trace() == Trace.INTERMEDIATE);
  }
}
