package io.rqorchestrator.supervisor;

import io.rqorchestrator.pool.WorkerHandle;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.rq.BusyReading;
import io.rqorchestrator.rq.Histogram;
import io.rqorchestrator.rq.Histograms;
import io.rqorchestrator.rq.JobSamples;
import io.rqorchestrator.rq.JobSamples.Service;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.rq.RqWorkerDraft;
import io.rqorchestrator.rq.WorkerState;
import io.rqorchestrator.time.Seconds;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A worker process as RQ runs it: registers, gets ready, takes job after job. SIGTERM lets it
 * finish its job. A second one more than a second later kills the job where no host guards the
 * worker; in our host that takes a signal of its own.
 */
final class FakeWorker implements WorkerHandle {

  private static final Duration UNTIL_REGISTERED = Duration.ofMillis(300);
  private static final Duration UNTIL_READY = Duration.ofMillis(500);

  private final WorkerId firstId;
  private final boolean scheduler;
  private final FakeLauncher.Manners manners;
  private final FakeRq rq;
  private final Tick born;
  private final List<Tick> signals = new ArrayList<>();
  private Tick latest;
  private FakeRq.@Nullable Job job;
  private @Nullable Tick jobBegan;
  private double busySeconds;
  private double rqSeconds;
  private long jobsDone;
  private Histogram durations = Histogram.EMPTY;
  private boolean jobLost;
  private boolean cold;
  private boolean stopped;
  private boolean killed;
  private boolean readable = true;
  private boolean beats = true;
  private boolean recordStays;
  private boolean dead;
  private long lastBeat;
  private WorkerId id;
  private OptionalInt exit = OptionalInt.empty();

  FakeWorker(WorkerId id, boolean scheduler, FakeLauncher.Manners manners, FakeRq rq, Tick born) {
    this.firstId = id;
    this.id = id;
    this.scheduler = scheduler;
    this.manners = manners;
    this.rq = rq;
    this.born = born;
    this.latest = born;
  }

  // A process.

  @Override
  public long pid() {
    return 1000L + firstId.number();
  }

  @Override
  public String rqName() {
    return manners.named() ? registeredName() : "";
  }

  /** Its host publishes it, if it has one. */
  @Override
  public String token() {
    return "token-of-" + registeredName();
  }

  @Override
  public boolean lossFree() {
    return manners.lossFree();
  }

  @Override
  public boolean owns(long pid) {
    return pid == pid();
  }

  @Override
  public void terminate() {
    signals.add(latest);
  }

  @Override
  public void stopCold() {
    signals.add(latest);
    cold = manners.lossFree();
  }

  @Override
  public void resume() {
    if (stopped) {
      stopped = false;
      beats = true;
    }
  }

  @Override
  public void kill() {
    killed = true;
  }

  /** Ends by itself with this code. */
  void exits(int code) {
    exit = OptionalInt.of(code);
  }

  /** Ends by itself; its record stays for a while, as RQ's does. */
  void exitsLeavingItsRecord(int code) {
    recordStays = true;
    exits(code);
  }

  /** Ends in order: it marks its record as dead first. */
  void takesItsLeave(int code) {
    dead = true;
    exitsLeavingItsRecord(code);
  }

  /** Its record in Redis cannot be read any more, or can again. */
  void readable(boolean value) {
    readable = value;
  }

  /** It hangs: no heartbeat, no further job, no reaction to signals. */
  void hangs() {
    beats = false;
  }

  /** It is stopped, as by SIGSTOP: it hangs until it is continued. */
  void stops() {
    stopped = true;
    hangs();
  }

  /** Redis has handed it this job just before it was stopped. */
  void isHanded(Duration length) {
    rq.enqueue(length);
    rq.pop().ifPresent(next -> begins(next, latest));
  }

  /** Another daemon has another number for it. */
  void adoptedAs(WorkerId newId) {
    id = newId;
  }

  WorkerId id() {
    return id;
  }

  Tick born() {
    return born;
  }

  /** Whether it takes jobs: it is ready, and nobody has asked it to go. */
  boolean takesJobs() {
    return isReady(latest) && !manners.deaf() && signals.isEmpty() && !killed && exit.isEmpty();
  }

  boolean runsScheduler() {
    return scheduler;
  }

  int signals() {
    return signals.size();
  }

  boolean wasKilled() {
    return killed;
  }

  boolean isBusy() {
    return job != null;
  }

  boolean hasLostItsJob() {
    return jobLost;
  }

  /** Whether it has ended by itself in the midst of a job. */
  boolean hasDiedAtAJob() {
    return jobLost && exit.isPresent();
  }

  // Its life.

  /** Lives on until {@code now}; its exit code if that was its end. */
  OptionalInt live(Tick now) {
    latest = now;
    if (killed && !manners.immortal()) {
      return endsWith(137);
    }
    if (exit.isPresent()) {
      return endsWith(exit.getAsInt());
    }
    if (!now.hasPassed(UNTIL_REGISTERED, born) || manners.deaf()) {
      return OptionalInt.empty();
    }
    rq.register(registeredName(), this);
    if (!isReady(now) || !beats) {
      return OptionalInt.empty();
    }
    lastBeat = rq.answers() ? now.nanos() / manners.beatNanos() : lastBeat;
    works(now);
    boolean goes = job == null ? !signals.isEmpty() : cold || wasSignalledTwice();
    return goes && !manners.stubborn()
        ? endsWith(cold && job != null ? 1 : 0)
        : OptionalInt.empty();
  }

  private boolean wasSignalledTwice() {
    return !manners.guarded().orElse(false)
        && signals.size() > 1
        && signals.get(1).hasPassed(Duration.ofSeconds(1), signals.get(0));
  }

  boolean wasStoppedCold() {
    return cold;
  }

  private void works(Tick now) {
    if (job != null && jobBegan != null && now.hasPassed(job.length(), jobBegan)) {
      busySeconds += Seconds.of(now.since(jobBegan));
      rqSeconds += Duration.between(jobBegan.wall(), now.wall()).toNanos() / 1e9;
      jobsDone++;
      durations = durations.plus(Histograms.of(Seconds.of(now.since(jobBegan)), 1));
      job = null;
      jobBegan = null;
    }
    if (job == null && signals.isEmpty() && !cold) {
      rq.pop().ifPresent(next -> begins(next, now));
    }
  }

  private void begins(FakeRq.Job next, Tick now) {
    job = next;
    jobBegan = now;
  }

  private OptionalInt endsWith(int code) {
    if (!recordStays) {
      rq.forget(registeredName());
    }
    jobLost = job != null;
    if (job != null) {
      rq.diedWith(registeredName(), job.id());
    }
    return OptionalInt.of(code);
  }

  private boolean isReady(Tick now) {
    return now.hasPassed(UNTIL_READY, born);
  }

  private String registeredName() {
    return "rq-" + firstId;
  }

  // Its record.

  RqWorker record(BusyReading.Source source) {
    if (!readable) {
      return RqWorker.unreadable(registeredName());
    }
    double total = source == BusyReading.Source.EXACT ? busySeconds : rqSeconds;
    Optional<Tick> since = Optional.ofNullable(jobBegan);
    RqWorkerDraft draft =
        RqWorkerDraft.rqWorker(registeredName())
            .state(state())
            .busy(new BusyReading(total, since.map(Tick::wall), source))
            .currentJob(Optional.ofNullable(job).map(FakeRq.Job::id))
            .jobs(jobsDone)
            .heartbeat("beat " + lastBeat)
            .guarded(manners.guarded())
            .serving(rq.servedBy(born))
            .token(manners.lossFree() ? Optional.of(token()) : Optional.empty())
            .on("here", pid(), born.wall());
    if (source == BusyReading.Source.EXACT) {
      Service all = new Service(jobsDone, durations.sum());
      Map<String, Service> queues = jobsDone == 0 ? Map.of() : Map.of("default", all);
      draft.samples(new JobSamples(Histogram.EMPTY, durations, queues));
    }
    return dead ? draft.dead().read() : draft.read();
  }

  private WorkerState state() {
    if (!isReady(latest)) {
      return WorkerState.STARTED;
    }
    return job == null ? WorkerState.IDLE : WorkerState.BUSY;
  }
}
