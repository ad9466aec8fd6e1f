package io.rqorchestrator.web;

import static io.rqorchestrator.web.Family.named;

import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.rqorchestrator.control.Counters;
import io.rqorchestrator.control.JobFigures;
import io.rqorchestrator.control.PoolState;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.PoolStatus.QueueRow;
import io.rqorchestrator.time.Seconds;
import io.rqorchestrator.web.Family.Value;
import io.rqorchestrator.wire.WireNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * A status as metrics: names and units follow Prometheus' conventions, in seconds and bytes.
 * Nothing is counted here; all counters come from the status.
 */
final class PoolMetrics {

  private final PoolStatus status;
  private final Instant since;
  private final List<MetricSnapshot> all = new ArrayList<>();

  private PoolMetrics(PoolStatus status) {
    this.status = status;
    this.since = status.pool().startedAt();
  }

  static MetricSnapshots of(PoolStatus status) {
    PoolMetrics metrics = new PoolMetrics(status);
    metrics.identity();
    metrics.state();
    metrics.size();
    metrics.load();
    metrics.queues();
    metrics.jobs();
    metrics.counters(status.counters());
    metrics.samples();
    metrics.loop();
    return new MetricSnapshots(metrics.all);
  }

  private void identity() {
    PoolStatus.Identity pool = status.pool();
    all.add(named("build", "The program.").info("version", pool.version()));
    all.add(
        named("pool", "The pool.").info("pool", pool.name(), "id", pool.id(), "host", pool.host()));
    all.add(
        named("start_time_seconds", "When the daemon began, since 1970.")
            .gauge(epochSeconds(pool.startedAt())));
    all.add(
        named(
                "last_turn_timestamp_seconds",
                "When the supervisor's loop last completed a turn, since 1970.")
            .gauge(epochSeconds(status.at())));
  }

  private void state() {
    List<Value> states =
        Stream.of(PoolState.values())
            .map(state -> Value.of(state == status.state() ? 1 : 0, "state", WireNames.of(state)))
            .toList();
    all.add(
        named("state", "The pool's state: 1 for the current state, 0 for others.").gauge(states));
    all.add(
        named("redis_up", "Whether samples are recent enough to act on.").gauge(status.redisUp()));
    all.add(
        named("degraded", "Whether workers fail repeatedly.")
            .gauge(status.state() == PoolState.DEGRADED));
    all.add(
        named("paused", "Whether an operator paused the scaling.")
            .gauge(status.size().pausedAt().isPresent()));
    all.add(
        named("held", "Whether an operator holds the pool at a size.")
            .gauge(status.size().heldAt().isPresent()));
  }

  private void size() {
    PoolStatus.Size size = status.size();
    all.add(
        named("workers", "Live workers by state.")
            .gauge(
                List.of(
                    Value.of(size.starting(), "state", "starting"),
                    Value.of(size.idle(), "state", "idle"),
                    Value.of(size.busy(), "state", "busy"),
                    Value.of(size.draining(), "state", "draining"),
                    Value.of(size.unknown(), "state", "unknown"))));
    all.add(
        named("active_workers", "Workers that are started or starting, and not draining.")
            .gauge(size.active()));
    all.add(named("target_workers", "Active workers wanted.").gauge(size.target()));
    all.add(named("min_workers", "Fewest active workers allowed.").gauge(size.min()));
    all.add(named("max_workers", "Most live workers allowed.").gauge(size.max()));
    all.add(
        named("outdated_workers", "Active workers that will be replaced.").gauge(size.outdated()));
    all.add(
        named("stragglers", "Replaced workers that still finish their jobs.")
            .gauge(size.stragglers()));
    all.add(
        named("vacancies", "Places that wait for a new worker.").gauge(status.vacancies().size()));
    all.add(
        named("orphans", "Processes that dead workers left behind.")
            .gauge(status.orphans().size()));
    all.add(
        named("foreign_workers", "Workers on the pool's queues that do not belong to the pool.")
            .gauge(status.foreign().size()));
    status
        .memory()
        .ifPresent(
            bytes ->
                all.add(
                    named("workers_memory_bytes", "Proportional set size of all workers.")
                        .gauge(bytes)));
    status
        .overhead()
        .ifPresent(
            taken -> {
              all.add(
                  named("daemon_memory_bytes", "Proportional set size of the daemon.")
                      .gauge(taken.daemon()));
              all.add(
                  named("fork_servers_memory_bytes", "Proportional set size of the fork servers.")
                      .gauge(taken.forkServers()));
            });
  }

  private void load() {
    PoolStatus.LoadFigures load = status.load();
    all.add(
        named("load", "Mean number of busy workers in the window (erlang).").gauge(load.erlang()));
    all.add(named("utilization_ratio", "Load per active worker.").gauge(load.utilization()));
    load.threshold()
        .ifPresent(
            threshold ->
                all.add(
                    named(
                            "utilization_threshold_ratio",
                            "The pool grows above upper and shrinks below lower.")
                        .gauge(
                            List.of(
                                Value.of(threshold, "bound", "upper"),
                                Value.of(threshold / 2, "bound", "lower")))));
    load.targetWait()
        .ifPresent(
            target ->
                all.add(
                    named("target_wait_seconds", "The target wait of jobs.")
                        .gauge(Seconds.of(target))));
  }

  private void queues() {
    all.add(named("queue_jobs", "Jobs that wait in a queue.").gauge(perQueue(QueueRow::queued)));
    all.add(
        named("queue_oldest_wait_seconds", "How long the job at a queue's head has waited.")
            .gauge(perQueue(queue -> queue.oldestWait().map(Seconds::of).orElse(0.0))));
    all.add(
        named("queue_due_jobs", "Scheduled jobs that are due and not yet queued.")
            .gauge(perQueue(QueueRow::due)));
  }

  private List<Value> perQueue(ToDoubleFunction<QueueRow> value) {
    return status.queues().stream()
        .map(queue -> Value.of(value.applyAsDouble(queue), "queue", queue.name()))
        .toList();
  }

  private void jobs() {
    JobFigures jobs = status.jobs();
    all.add(named("jobs", "Jobs that ended, whatever their outcome.").counter(jobs.ended(), since));
    all.add(
        named("job_wait_seconds", "Time from enqueue to start, for jobs that ended.")
            .histogram(jobs.waitTime(), since));
    all.add(
        named(
                "job_duration_seconds",
                "Time from start until the worker is ready again, for jobs that ended.")
            .histogram(jobs.duration(), since));
  }

  private void counters(Counters counters) {
    all.add(
        named("decisions", "Scaling decisions by kind and reason, including hold.")
            .counter(
                counters.decisions().stream()
                    .map(
                        count ->
                            Value.of(
                                count.count(),
                                "kind",
                                WireNames.of(count.kind()),
                                "reason",
                                WireNames.of(count.reason())))
                    .toList(),
                since));
    all.add(named("worker_starts", "Workers spawned.").counter(counters.starts(), since));
    all.add(
        named("worker_start_failures", "Failed starts: not spawned, or not registered in time.")
            .counter(counters.failedStarts(), since));
    all.add(
        named("worker_adoptions", "Workers taken over from an earlier daemon.")
            .counter(counters.adopted(), since));
    all.add(
        named("worker_exits", "Ends of workers by kind; crashed ones were not requested.")
            .counter(
                counters.exits().stream()
                    .map(exit -> Value.of(exit.count(), "ending", WireNames.of(exit.ending())))
                    .toList(),
                since));
    all.add(
        named("orphans_killed", "Horses of dead workers killed before their job would run twice.")
            .counter(counters.orphansKilled(), since));
    all.add(
        named("internal_errors", "Turns of the supervisor's loop that failed.")
            .counter(counters.internalErrors(), since));
  }

  private void samples() {
    PoolStatus.SampleFigures samples = status.samples();
    all.add(named("samples", "Samples taken of Redis.").counter(samples.taken(), since));
    all.add(
        named("sample_failures", "Samples of Redis that failed.").counter(samples.failed(), since));
    all.add(
        named("unreadable_fields", "Fields in Redis that could not be parsed.")
            .counter(samples.unreadable(), since));
    all.add(
        named("left_out", "Names and values in Redis that are too many or too long to be read.")
            .gauge(samples.leftOut()));
    samples
        .took()
        .ifPresent(
            took ->
                all.add(
                    named("sample_duration_seconds", "How long the newest sample took.")
                        .gauge(Seconds.of(took))));
  }

  private void loop() {
    PoolStatus.LoopFigures loop = status.loop();
    all.add(
        named("loop_turn_seconds_max", "The longest turn of the daemon's loop in the last minute.")
            .gauge(Seconds.of(loop.longestTurn())));
    all.add(
        named("log_lines_dropped", "Lines of the log that could not be written in time.")
            .counter(loop.droppedLogLines(), since));
    all.add(
        named("history_lines_dropped", "Lines of the history file not written in time.")
            .counter(loop.droppedHistoryLines(), since));
  }

  private static double epochSeconds(Instant instant) {
    return instant.toEpochMilli() / 1e3;
  }
}
