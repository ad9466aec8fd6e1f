package io.rqorchestrator.rq;

import io.rqorchestrator.time.Tick;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A record of an RQ worker in the making, for tests. Begins as an idle worker with a host. */
public final class RqWorkerDraft {

  private final String name;
  private Optional<String> hostname = Optional.empty();
  private OptionalLong pid = OptionalLong.empty();
  private Optional<Instant> birth = Optional.empty();
  private List<String> queues = List.of("default");
  private WorkerState state = WorkerState.IDLE;
  private Optional<String> currentJob = Optional.empty();
  private Optional<BusyReading> busy = Optional.of(Readings.exact(0));
  private Optional<String> heartbeat = Optional.empty();
  private long jobs;
  private Optional<JobSamples> samples = Optional.empty();
  private Optional<Boolean> guarded = Optional.of(true);
  private Optional<String> token = Optional.empty();
  private Optional<String> pool = Optional.empty();
  private boolean dead;

  private RqWorkerDraft(String name) {
    this.name = name;
  }

  /** An idle worker of this name. */
  public static RqWorkerDraft rqWorker(String name) {
    return new RqWorkerDraft(name);
  }

  /** In this state. */
  public RqWorkerDraft state(WorkerState value) {
    state = value;
    return this;
  }

  /** With this busy time. */
  public RqWorkerDraft busy(BusyReading value) {
    busy = Optional.of(value);
    return this;
  }

  /** Holding a job. */
  public RqWorkerDraft job(String id, Tick since) {
    currentJob = Optional.of(id);
    return state(WorkerState.BUSY).busy(Readings.exact(0, since));
  }

  /** With this last heartbeat. */
  public RqWorkerDraft heartbeat(String value) {
    heartbeat = Optional.of(value);
    return this;
  }

  /** With this many jobs behind it. */
  public RqWorkerDraft jobs(long value) {
    jobs = value;
    return this;
  }

  /** With these jobs, as its host measured them. */
  public RqWorkerDraft samples(JobSamples value) {
    samples = Optional.of(value);
    return this;
  }

  /** Holding this job, by its record. */
  public RqWorkerDraft currentJob(Optional<String> value) {
    currentJob = value;
    return this;
  }

  /** With its identity. */
  public RqWorkerDraft on(String host, long process, Instant born) {
    hostname = Optional.of(host);
    pid = OptionalLong.of(process);
    birth = Optional.of(born);
    return this;
  }

  /** As the worker host says, or without one. */
  public RqWorkerDraft guarded(Optional<Boolean> value) {
    guarded = value;
    return this;
  }

  /** With this token, or without one. */
  public RqWorkerDraft token(Optional<String> value) {
    token = value;
    return this;
  }

  /** Serving these queues. */
  public RqWorkerDraft serving(String... names) {
    queues = List.of(names);
    return this;
  }

  /** Of this pool of ours. */
  public RqWorkerDraft pool(String value) {
    pool = Optional.of(value);
    return this;
  }

  /** After it wrote its death. */
  public RqWorkerDraft dead() {
    dead = true;
    return this;
  }

  /** The record. */
  public RqWorker read() {
    return new RqWorker(
        name,
        hostname,
        pid,
        birth,
        queues,
        state,
        heartbeat,
        currentJob,
        busy,
        jobs,
        samples,
        guarded,
        token,
        pool,
        dead);
  }
}
