package io.rqorchestrator.simulation;

import io.rqorchestrator.pool.WorkerHandle;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.rq.BusyReading;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.rq.WorkerState;
import io.rqorchestrator.time.Tick;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A worker in our worker host. It starts and takes job after job. It notices a request to stop
 * between two jobs or when its pop returns. Only a cold stop makes it abandon its job.
 */
final class SimulatedWorker implements WorkerHandle {

  private static final long FIRST_PID = 1000;
  private static final String HOST = "simulated";

  private enum State {
    STARTING,
    IDLE,
    BUSY,
    LEAVING,
    GONE
  }

  private final WorkerId id;
  private final SimulatedProcesses processes;
  private final VirtualTime time;
  private final SimulatedRq rq;
  private final Tally tally;
  private final WorkerTimes times;
  private final Tick born;
  private final String name;
  private State state = State.STARTING;
  private boolean stopRequested;
  private @Nullable JobRun job;
  private Tick since;
  private final JobRecorder recorder = new JobRecorder();
  private long busyNanos;
  private long jobs;

  SimulatedWorker(
      WorkerId id,
      SimulatedProcesses processes,
      VirtualTime time,
      SimulatedRq rq,
      Tally tally,
      WorkerTimes times) {
    this.id = id;
    this.processes = processes;
    this.time = time;
    this.rq = rq;
    this.tally = tally;
    this.times = times;
    this.born = time.now();
    this.since = born;
    this.name = "simulated-" + id;
    time.after(times.start(), this::ready);
  }

  // The process.

  @Override
  public long pid() {
    return FIRST_PID + id.number();
  }

  @Override
  public String rqName() {
    return name;
  }

  @Override
  public String token() {
    return "";
  }

  @Override
  public boolean lossFree() {
    return true;
  }

  @Override
  public boolean owns(long pid) {
    return pid == pid();
  }

  @Override
  public void terminate() {
    boolean again = stopRequested;
    stopRequested = true;
    if (state == State.IDLE && !again) {
      long waited = time.nanos() - since.nanos();
      long pop = times.pop().toNanos();
      time.at(time.nanos() + pop - waited % pop, this::popReturns);
    }
  }

  @Override
  public void stopCold() {
    terminate();
    if (state == State.BUSY) {
      abandonJob();
      leave();
    }
  }

  /** A simulated process is never suspended. */
  @Override
  public void resume() {}

  @Override
  public void kill() {
    if (state == State.BUSY) {
      abandonJob();
    }
    end(128 + 9);
  }

  // The life of the worker.

  private void ready() {
    if (state == State.STARTING) {
      rq.register(this);
      next();
    }
  }

  private void next() {
    if (stopRequested) {
      leave();
      return;
    }
    since = time.now();
    state = State.IDLE;
    JobRun waiting = rq.popOrBlock(this);
    if (waiting != null) {
      takes(waiting);
    }
  }

  /** A pop has returned a job. */
  void takes(JobRun run) {
    state = State.BUSY;
    job = run;
    since = time.now();
    tally.started(run, time.nanos());
    recorder.began((time.nanos() - run.arrival()) / 1e9);
    time.at(time.nanos() + run.length(), () -> done(run));
  }

  private void done(JobRun run) {
    if (run.equals(job)) {
      job = null;
      busyNanos += run.length();
      jobs++;
      recorder.ended(rq.name(run.queue()), run.length() / 1e9);
      tally.ended(time.nanos());
      next();
    }
  }

  private void abandonJob() {
    job = null;
    tally.killed(time.nanos());
  }

  /** An idle worker notices the request to stop. The worker may have got a job in the meantime. */
  private void popReturns() {
    if (state == State.IDLE) {
      leave();
    }
  }

  private void leave() {
    state = State.LEAVING;
    rq.forget(this);
    time.after(times.exit(), () -> end(0));
  }

  private void end(int exitCode) {
    if (state != State.GONE) {
      state = State.GONE;
      rq.forget(this);
      processes.ended(id, exitCode);
    }
  }

  // The record in Redis.

  RqWorker record() {
    Tick now = time.now();
    boolean busy = state == State.BUSY;
    return new RqWorker(
        name,
        Optional.of(HOST),
        OptionalLong.of(pid()),
        Optional.of(born.wall()),
        List.of(),
        busy ? WorkerState.BUSY : WorkerState.IDLE,
        Optional.of(Long.toString(now.nanos())),
        Optional.empty(),
        Optional.of(
            new BusyReading(
                busyNanos / 1e9,
                busy ? Optional.of(since.wall()) : Optional.empty(),
                BusyReading.Source.EXACT)),
        jobs,
        Optional.of(recorder.samples()),
        Optional.of(true),
        Optional.empty(),
        Optional.empty(),
        state == State.LEAVING || state == State.GONE);
  }
}
