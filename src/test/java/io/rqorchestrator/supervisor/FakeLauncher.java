package io.rqorchestrator.supervisor;

import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.Footprint;
import io.rqorchestrator.pool.Orphan;
import io.rqorchestrator.pool.Overhead;
import io.rqorchestrator.pool.Role;
import io.rqorchestrator.pool.Survivor;
import io.rqorchestrator.pool.WorkerHandle;
import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.pool.WorkerProcesses;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The host of a test: starts fake workers, lets them live and reports their ends. */
final class FakeLauncher implements WorkerProcesses {

  /**
   * How the workers spawned from now on behave.
   *
   * @param named whether they take the name we give them
   * @param lossFree whether they run in our worker host
   * @param guarded what the worker host reports of its hooks
   * @param deaf whether they never register
   * @param stubborn whether they ignore SIGTERM
   * @param immortal whether they survive even SIGKILL
   */
  record Manners(
      boolean named,
      boolean lossFree,
      Optional<Boolean> guarded,
      boolean deaf,
      boolean stubborn,
      boolean immortal) {

    static final Manners GOOD = new Manners(true, true, Optional.of(true), false, false, false);
    static final Manners PLAIN = new Manners(false, false, Optional.empty(), false, false, false);
    static final Manners DEAF = new Manners(true, true, Optional.of(true), true, false, false);
    static final Manners STUBBORN = new Manners(true, true, Optional.of(true), false, true, false);
    static final Manners IMMORTAL = new Manners(true, true, Optional.of(true), true, true, true);
    static final Manners UNGUARDED =
        new Manners(true, true, Optional.of(false), false, false, false);

    /** Time between heartbeats of an idle worker: stock RQ's, or a second in our host. */
    long beatNanos() {
      Duration beat = guarded.orElse(false) ? Duration.ofSeconds(1) : Duration.ofSeconds(405);
      return beat.toNanos();
    }
  }

  private final ManualTicks ticks;
  private final Mailbox mailbox;
  private final FakeRq rq;
  private final List<FakeWorker> all = new ArrayList<>();
  private final List<FakeWorker> live = new ArrayList<>();
  private Manners manners = Manners.GOOD;
  private Optional<String> problem = Optional.empty();
  private Optional<String> shortage = Optional.empty();
  private int room;
  private Optional<Error> failure = Optional.empty();
  private int untilFailure;
  private final Map<Survivor, FakeWorker> survivors = new HashMap<>();
  private final List<Survivor> recorded = new ArrayList<>();
  private final Set<Long> asked = new HashSet<>();
  private final Map<Long, String> changed = new HashMap<>();
  private boolean failsToCompare;
  private boolean renewing;
  private final List<Survivor> recordedDead = new ArrayList<>();
  private final List<Orphan> orphans = new ArrayList<>();
  private final List<Orphan> ended = new ArrayList<>();
  private final Set<Orphan> clinging = new HashSet<>();
  private final List<FakeFork> unborn = new ArrayList<>();
  private boolean forking;
  private int renewals;
  private Duration looksTake = Duration.ZERO;
  private @Nullable Tick survivorsAskedAt;
  private @Nullable Tick orphansAskedAt;
  private List<Orphan> orphansSeen = List.of();
  private final Map<Long, Tick> weighedAt = new HashMap<>();
  private final Map<Long, Footprint> memory = new HashMap<>();
  private Optional<Footprint> eachTakes = Optional.empty();
  private Optional<Overhead> overhead = Optional.empty();
  private OptionalLong available = OptionalLong.empty();

  FakeLauncher(ManualTicks ticks, Mailbox mailbox, FakeRq rq) {
    this.ticks = ticks;
    this.mailbox = mailbox;
    this.rq = rq;
  }

  @Override
  public WorkerHandle launch(WorkerId id, Role role, boolean withScheduler) throws LaunchException {
    fail();
    if (problem.isPresent()) {
      throw new LaunchException(problem.get());
    }
    if (shortage.isPresent() && live.size() >= room) {
      mailbox.post(new Message.LaunchHeldBack(id, shortage.get()));
      return new FakeFork(new FakeWorker(id, withScheduler, manners, rq, ticks.now()));
    }
    FakeWorker worker = new FakeWorker(id, withScheduler, manners, rq, ticks.now());
    all.add(worker);
    if (forking) {
      FakeFork fork = new FakeFork(worker);
      unborn.add(fork);
      return fork;
    }
    live.add(worker);
    return worker;
  }

  /** The host has room for so many workers. */
  void hasRoomFor(int workers, String shortage) {
    this.room = workers;
    this.shortage = Optional.of(shortage);
  }

  // A fork server.

  /** From now on workers come from a fork server, and only when it answers. */
  void forks() {
    forking = true;
  }

  /** The fork server forks the requested workers. */
  void answers() {
    for (FakeFork fork : unborn) {
      live.add(fork.begins());
      mailbox.post(new Message.WorkerForked(fork.worker().id()));
    }
    unborn.clear();
  }

  /** The fork server cannot fork the requested workers. */
  void refuses(String why) {
    for (FakeFork fork : unborn) {
      mailbox.post(new Message.LaunchFailed(fork.worker().id(), why));
    }
    unborn.clear();
  }

  /** Workers that were requested and are not forked yet. */
  int unborn() {
    return unborn.size();
  }

  @Override
  public boolean renew(Tick now) {
    renewals++;
    return forking;
  }

  @Override
  public boolean isRenewing() {
    return renewing;
  }

  /** The renewal that was requested last is still under way. */
  void isRenewing(boolean value) {
    renewing = value;
  }

  /** How often a renewal was requested. */
  int renewals() {
    return renewals;
  }

  // Workers of an earlier daemon.

  /** Notes it in the record that a next daemon reads. */
  @Override
  public void endRequested(long pid, DrainReason reason) {
    asked.add(pid);
    for (Survivor worker : List.copyOf(recorded)) {
      FakeWorker process = survivors.get(worker);
      if (worker.pid() == pid && process != null) {
        Survivor noted =
            new Survivor(
                pid,
                worker.rqName(),
                worker.role(),
                worker.lossFree(),
                Optional.of(reason),
                worker.token(),
                worker.startedWith());
        recorded.set(recorded.indexOf(worker), noted);
        survivors.put(noted, process);
      }
    }
  }

  /** Whether it was written down that this worker is asked to go. */
  boolean hasNotedAsking(FakeWorker worker) {
    return asked.contains(worker.pid());
  }

  @Override
  public List<Survivor> survivors() {
    return List.copyOf(recorded);
  }

  @Override
  public List<Survivor> recordedDead() {
    return List.copyOf(recordedDead);
  }

  @Override
  public WorkerHandle adopt(WorkerId id, Survivor survivor) {
    fail();
    FakeWorker worker = survivors.get(survivor);
    if (worker == null) {
      throw new IllegalArgumentException("no such survivor: " + survivor);
    }
    worker.adoptedAs(id);
    return worker;
  }

  @Override
  public Optional<String> changed(Survivor survivor, Optional<Boolean> scheduler) {
    if (failsToCompare) {
      failsToCompare = false;
      throw new IllegalStateException("planted");
    }
    return Optional.ofNullable(changed.get(survivor.pid()));
  }

  /** The next comparison of a survivor's options fails. */
  void failsToCompareOnce() {
    failsToCompare = true;
  }

  /** A survivor was started with other options than this daemon's. */
  void changed(FakeWorker survivor, String how) {
    changed.put(survivor.pid(), how);
  }

  /**
   * A worker of an earlier daemon, alive for a while.
   *
   * @param isRecorded whether the earlier daemon wrote it down; else only its mark is found
   */
  FakeWorker survivor(int number, Role role, boolean isRecorded) {
    WorkerId id = new WorkerId(number);
    Tick longAgo = ticks.now().plus(Duration.ofHours(-1));
    FakeWorker worker = new FakeWorker(id, role == Role.CORE, manners, rq, longAgo);
    live.add(worker);
    String name = isRecorded ? worker.rqName() : "rq-" + id;
    Survivor survivor =
        new Survivor(
            worker.pid(),
            name,
            isRecorded ? role : Role.ELASTIC,
            manners.lossFree(),
            worker.token());
    survivors.put(survivor, worker);
    recorded.add(survivor);
    worker.live(ticks.now());
    return worker;
  }

  /** A worker of an earlier daemon that died while no daemon was there. */
  void recordsDead(String rqName) {
    recordsDead(rqName, "");
  }

  /** The same of one that may have chosen its name itself, so that only its token is known. */
  void recordsDead(String rqName, String token) {
    recordedDead.add(new Survivor(4711, rqName, Role.CORE, true, token));
  }

  // Orphans.

  @Override
  public Optional<List<Orphan>> orphans(Set<Long> workers) {
    if (orphansAskedAt == null) {
      orphansAskedAt = ticks.now();
      orphansSeen = orphans.stream().filter(orphan -> !workers.contains(orphan.pid())).toList();
    }
    if (!isOver(orphansAskedAt)) {
      return Optional.empty();
    }
    orphansAskedAt = null;
    return Optional.of(orphansSeen);
  }

  /** From now on a look at the processes shows what was there so long ago. */
  void looksTake(Duration value) {
    looksTake = value;
  }

  private boolean isOver(@Nullable Tick look) {
    return look != null && ticks.now().hasPassed(looksTake, look);
  }

  @Override
  public boolean knowsSurvivors() {
    if (survivorsAskedAt == null) {
      survivorsAskedAt = ticks.now();
    }
    return isOver(survivorsAskedAt);
  }

  @Override
  public void beginReading(Set<Long> pids) {
    pids.forEach(pid -> weighedAt.put(pid, ticks.now()));
  }

  @Override
  public boolean hasReading(long pid) {
    return isOver(weighedAt.get(pid));
  }

  @Override
  public void end(Orphan orphan, boolean kill) {
    ended.add(orphan);
    if (!clinging.contains(orphan)) {
      orphans.remove(orphan);
    }
  }

  /** The horse of a dead worker; it is not known of which one. */
  Orphan leavesHorse(long pid) {
    return leavesHorse(pid, "");
  }

  /** The horse of this dead worker. */
  Orphan leavesHorse(long pid, String worker) {
    return leaves(new Orphan(pid, 1, Orphan.Kind.HORSE, worker));
  }

  /** The scheduler of a dead worker; it is not known of which one. */
  Orphan leavesScheduler(long pid) {
    return leaves(new Orphan(pid, 1, Orphan.Kind.SCHEDULER, ""));
  }

  /** A process of a dead worker or of one of its jobs. */
  Orphan leavesUnknown(long pid) {
    return leaves(new Orphan(pid, 1, Orphan.Kind.UNKNOWN, ""));
  }

  private Orphan leaves(Orphan orphan) {
    orphans.add(orphan);
    return orphan;
  }

  /** It is slow to die of a signal. */
  void clings(Orphan orphan) {
    clinging.add(orphan);
  }

  /** It ends by itself. */
  void goes(Orphan orphan) {
    orphans.remove(orphan);
  }

  /** Orphans that were ended. */
  List<Orphan> ended() {
    return ended;
  }

  // Memory.

  @Override
  public Optional<Overhead> overhead() {
    return overhead;
  }

  @Override
  public OptionalLong available() {
    return available;
  }

  /** The host has this much left. */
  void available(long bytes) {
    available = OptionalLong.of(bytes);
  }

  /** The daemon takes this much memory. */
  void overhead(long bytes) {
    overhead = Optional.of(new Overhead(bytes, 0));
  }

  @Override
  public Optional<Footprint> memory(long pid) {
    return Optional.ofNullable(memory.get(pid)).or(() -> eachTakes);
  }

  /** Every worker takes this much memory from its beginning, all of it its own. */
  void eachTakes(long bytes) {
    eachTakes = Optional.of(new Footprint(bytes, bytes));
  }

  /** A worker takes this much memory, all of it its own. */
  void memory(FakeWorker worker, long bytes) {
    memory(worker, bytes, bytes);
  }

  /** A worker takes this much memory, some of it its own. */
  void memory(FakeWorker worker, long bytes, long own) {
    memory.put(worker.pid(), new Footprint(bytes, own));
  }

  /** From now on workers behave like this. */
  void manners(Manners value) {
    manners = value;
  }

  /** From now on no process can be started. */
  void fails(String why) {
    problem = Optional.of(why);
  }

  /** After so many more processes the JVM fails when it is to start or to watch one. */
  void breaksAfter(int processes, Error error) {
    untilFailure = processes;
    failure = Optional.of(error);
  }

  private void fail() {
    if (failure.isPresent() && untilFailure-- <= 0) {
      throw failure.get();
    }
  }

  void works() {
    problem = Optional.empty();
    failure = Optional.empty();
  }

  /** Lets every worker live on. */
  void live() {
    for (FakeWorker worker : List.copyOf(live)) {
      OptionalInt exit = worker.live(ticks.now());
      if (exit.isPresent()) {
        live.remove(worker);
        mailbox.post(new Message.WorkerExited(worker.id(), exit.getAsInt()));
      }
    }
  }

  /** All workers, dead ones included, in the order of their starts. */
  List<FakeWorker> all() {
    return all;
  }

  /** Workers whose process is there. */
  List<FakeWorker> alive() {
    return live;
  }
}
