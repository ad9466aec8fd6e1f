package io.rqorchestrator.redis;

/** All keys of RQ that we read, and all fields in them. */
final class RqKeys {

  /** Set of the full record keys of all workers. */
  static final String WORKERS = "rq:workers";

  static final String SUSPENDED = "rq:suspended";

  /** The prefix of the keys of all jobs. */
  static final String JOBS = "rq:job:";

  /** The fields we read of a worker's record. */
  static final String[] WORKER_FIELDS = {
    "hostname",
    "pid",
    "birth",
    "queues",
    "state",
    "last_heartbeat",
    "current_job",
    "total_working_time",
    "successful_job_count",
    "failed_job_count",
    "death"
  };

  /** The fields we read of the worker host's key, except its job samples. */
  static final String[] HOST_FIELDS = {
    "v", "token", "pool", "guarded", "busy_total", "busy_since", "jobs", "job"
  };

  private RqKeys() {}

  /**
   * A field of the worker host's key: the number of ended jobs of this queue, and their total time.
   */
  static String serviceField(String queue) {
    return "queue:" + queue;
  }

  /** List of waiting job ids. */
  static String queue(String name) {
    return "rq:queue:" + name;
  }

  /**
   * List of job ids that a worker has popped from this queue and not started; RQ 1.15 and newer.
   */
  static String intermediate(String queue) {
    return queue(queue) + ":intermediate";
  }

  /**
   * When RQ's maintenance first saw an id in the intermediate list; a minute later it fails the
   * job.
   */
  static String firstSeen(String queue, String job) {
    return intermediate(queue) + ":first_seen:" + job;
  }

  /**
   * Exists for a minute after the job was put back, so that daemons of other pools do not put it
   * back, too.
   */
  static String putBack(String job) {
    return "rq:orchestrator:put-back:" + job;
  }

  /** Set of the full record keys of workers on this queue. */
  static String workersOf(String queue) {
    return "rq:workers:" + queue;
  }

  /** Sorted set of scheduled job ids by due time. */
  static String scheduled(String queue) {
    return "rq:scheduled:" + queue;
  }

  /**
   * Sorted set of running jobs by the time until which they count as running: {@code JOB} up to RQ
   * 1, {@code JOB:EXECUTION} since.
   */
  static String running(String queue) {
    return "rq:wip:" + queue;
  }

  static String worker(String name) {
    return "rq:worker:" + name;
  }

  /** The worker's name in a record key, as {@link #workersOf} holds it. */
  static String workerName(String key) {
    return key.startsWith("rq:worker:") ? key.substring("rq:worker:".length()) : key;
  }

  /**
   * Set of the worker's current {@code JOB:EXECUTION}; for RQ 3, which has no {@code current_job}.
   */
  static String executions(String worker) {
    return worker(worker) + ":executions";
  }

  static String job(String id) {
    return JOBS + id;
  }

  /** Sorted set of the executions of a job that have started and not ended; RQ 2 and newer. */
  static String executionsOfJob(String id) {
    return "rq:executions:" + id;
  }

  /** Record of one execution, RQ 2 and newer. */
  static String execution(String jobAndExecution) {
    return "rq:execution:" + jobAndExecution;
  }

  /**
   * Hash that the worker host publishes. Its prefix is {@code rq:}, because Frappe's Redis user may
   * not use other keys.
   */
  static String host(String worker) {
    return "rq:orchestrator:worker:" + worker;
  }
}
