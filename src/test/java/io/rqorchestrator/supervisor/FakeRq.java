package io.rqorchestrator.supervisor;

import io.rqorchestrator.rq.BusyReading;
import io.rqorchestrator.rq.HandedJob;
import io.rqorchestrator.rq.HandedLook;
import io.rqorchestrator.rq.HandedQuestion;
import io.rqorchestrator.rq.JobInHand;
import io.rqorchestrator.rq.OrphanJob;
import io.rqorchestrator.rq.PutBack;
import io.rqorchestrator.rq.RqQueue;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqView;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * RQ on a Redis, as small as it gets: one queue, scheduled jobs that are due, and the records of
 * the workers that registered. Answers a request for a sample at once, into the mailbox.
 */
final class FakeRq implements RqView {

  /** A job that keeps its worker busy for {@code length}. */
  record Job(String id, Duration length, Instant enqueuedAt) {}

  private final ManualTicks ticks;
  private final Mailbox mailbox;
  private final BusyReading.Source source;
  private final Deque<Job> queue = new ArrayDeque<>();
  private final Map<String, RqWorker> foreigners = new HashMap<>();
  private final Map<String, FakeWorker> registered = new HashMap<>();
  private final Map<String, OrphanJob> orphanJobs = new HashMap<>();
  private final Map<String, String> lastJobs = new HashMap<>();
  private final List<HandedJob> handed = new ArrayList<>();
  private boolean ignoresQuestions;
  private boolean refusesToPutBack;
  private boolean crowded;
  private String searchProblem = "";
  private int looks;
  private String[] served = {"default"};
  private String[] servedLater = served;
  private @Nullable Tick laterFrom;
  private int jobs;
  private long due;
  private boolean suspended;
  private boolean hung;
  private Optional<Message> failure = Optional.empty();
  private Set<String> askedFor = Set.of();

  FakeRq(ManualTicks ticks, Mailbox mailbox, BusyReading.Source source) {
    this.ticks = ticks;
    this.mailbox = mailbox;
    this.source = source;
  }

  @Override
  public void requestSample(Set<String> workerNames, Set<String> deadNames, boolean everywhere) {
    askedFor = Set.copyOf(workerNames);
    if (!hung) {
      mailbox.post(
          failure.orElseGet(() -> new Message.SampleTaken(snapshot(deadNames, everywhere))));
    }
  }

  @Override
  public void requestJobs(Set<String> workerNames, Tick now) {
    Map<String, JobInHand> found = new HashMap<>();
    for (String name : workerNames) {
      FakeWorker worker = registered.get(name);
      if (worker != null) {
        RqWorker seen = worker.record(source);
        found.put(name, new JobInHand(seen.isBusy(), seen.currentJob().orElse("")));
      } else if (lastJobs.containsKey(name)) {
        found.put(name, new JobInHand(true, lastJobs.get(name)));
      }
    }
    if (answers() && !ignoresQuestions) {
      mailbox.post(new Message.JobsFound(workerNames, found, now));
    }
  }

  @Override
  public void requestHanded(HandedQuestion question, Tick now) {
    looks++;
    Map<String, HandedLook.Sign> signs = new HashMap<>();
    registered.forEach(
        (name, worker) -> {
          RqWorker seen = worker.record(source);
          String beat = seen.heartbeat().orElse("");
          signs.put(name, new HandedLook.Sign(beat, seen.isBusy(), seen.currentJob().orElse("")));
        });
    foreigners.forEach(
        (name, seen) ->
            signs.put(
                name,
                new HandedLook.Sign(
                    seen.heartbeat().orElse(""), seen.isBusy(), seen.currentJob().orElse(""))));
    HandedLook look = new HandedLook(handed, signs, !crowded, searchProblem);
    boolean answered = answers() && !ignoresQuestions;
    mailbox.post(new Message.HandedFound(Optional.of(look).filter(l -> answered), now));
  }

  @Override
  public void putBack(HandedJob job) {
    PutBack outcome = refusesToPutBack ? PutBack.REFUSED : PutBack.NOT_NEEDED;
    if (!refusesToPutBack && handed.remove(job)) {
      queue.addFirst(new Job(job.id(), Duration.ofSeconds(1), ticks.now().wall()));
      outcome = PutBack.DONE;
    }
    mailbox.post(new Message.PutBackTried(job, outcome));
  }

  private RqSnapshot snapshot(Set<String> deadNames, boolean everywhere) {
    Tick now = ticks.now();
    Map<String, RqWorker> workers = new HashMap<>(foreigners);
    Map<String, RqWorker> elsewhere = new HashMap<>();
    registered.forEach(
        (name, worker) -> {
          RqWorker seen = worker.record(source);
          boolean ours = seen.queues().contains("default") || askedFor.contains(name);
          (ours ? workers : elsewhere).put(name, seen);
        });
    Optional<Instant> oldest = queue.stream().map(Job::enqueuedAt).min(Instant::compareTo);
    RqQueue only = new RqQueue("default", queue.size(), oldest, due);
    return new RqSnapshot(
        now,
        List.of(only),
        workers,
        everywhere ? elsewhere : Map.of(),
        orphanJobs(deadNames),
        suspended,
        0,
        0);
  }

  private Map<String, OrphanJob> orphanJobs(Set<String> deadNames) {
    Map<String, OrphanJob> asked = new HashMap<>(orphanJobs);
    asked.keySet().retainAll(deadNames);
    return asked;
  }

  // What its users do.

  void enqueue(Duration length) {
    queue.add(new Job("job-" + ++jobs, length, ticks.now().wall()));
  }

  /** Jobs in the queue. */
  int waiting() {
    return queue.size();
  }

  void emptyTheQueue() {
    queue.clear();
  }

  /** Scheduled jobs come due; with {@code 0}, some scheduler has moved them. */
  void due(long scheduledJobs) {
    due = scheduledJobs;
  }

  void suspend(boolean value) {
    suspended = value;
  }

  // What happens to it.

  void goesAway(String problem) {
    failure = Optional.of(new Message.SampleFailed(problem, false));
  }

  void denies(String problem) {
    failure = Optional.of(new Message.SampleFailed(problem, true));
  }

  void comesBack() {
    failure = Optional.empty();
    hung = false;
  }

  void hangs() {
    hung = true;
  }

  /** It counts the job that this worker had as running for so long from now. */
  void counts(String workerName, String job, Duration from) {
    orphanJobs.put(workerName, new OrphanJob(job, ticks.now().wall().plus(from)));
  }

  // What its workers do.

  void register(String name, FakeWorker worker) {
    registered.put(name, worker);
  }

  /** From now on workers say that they serve these. */
  void workersServe(String... queues) {
    served = queues.clone();
  }

  /** From now on new workers say that they serve these. */
  void laterWorkersServe(String... queues) {
    servedLater = queues.clone();
    laterFrom = ticks.now();
  }

  String[] servedBy(Tick born) {
    boolean later = laterFrom != null && !born.isBefore(laterFrom);
    return later ? servedLater.clone() : served.clone();
  }

  void forget(String name) {
    registered.remove(name);
  }

  /** A worker died with this job in hand: its own key still says so. */
  void diedWith(String name, String job) {
    lastJobs.put(name, job);
  }

  /** A job is queued and in no queue: some worker was handed it. */
  void hands(String id, HandedJob.Trace trace) {
    handed.add(new HandedJob(id, "default", trace));
  }

  /** A worker begins what it was handed. */
  void begun(String id) {
    handed.removeIf(job -> job.id().equals(id));
  }

  /** Jobs that are queued and in no queue. */
  List<String> handed() {
    return handed.stream().map(HandedJob::id).toList();
  }

  /** How often it was asked for such jobs. */
  int looks() {
    return looks;
  }

  void refusesToPutBack() {
    refusesToPutBack = true;
  }

  /** More workers are registered than can be read. */
  void isCrowded() {
    crowded = true;
  }

  /** It cannot be searched for jobs. */
  void cannotBeSearched(String why) {
    searchProblem = why;
  }

  /** Samples are answered, and questions for single workers are not. */
  void ignoresQuestions(boolean value) {
    ignoresQuestions = value;
  }

  /** A worker that is not ours. */
  void foreigner(RqWorker worker) {
    foreigners.put(worker.name(), worker);
  }

  boolean answers() {
    return failure.isEmpty() && !hung;
  }

  Optional<Job> pop() {
    return answers() && !suspended ? Optional.ofNullable(queue.poll()) : Optional.empty();
  }

  Set<String> askedFor() {
    return askedFor;
  }
}
