package io.rqorchestrator.simulation;

import io.rqorchestrator.rq.HandedJob;
import io.rqorchestrator.rq.HandedLook;
import io.rqorchestrator.rq.HandedQuestion;
import io.rqorchestrator.rq.JobInHand;
import io.rqorchestrator.rq.PutBack;
import io.rqorchestrator.rq.RqQueue;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqView;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.supervisor.Message;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Simulates RQ on Redis: queues in priority order, workers that block in a pop, and their records.
 * As in Redis, an arriving job goes to the worker that has waited longest.
 */
final class SimulatedRq implements RqView {

  /** The round trip of a sample. */
  private static final Duration ROUND_TRIP = Duration.ofMillis(1);

  /** A job in a queue, and the wall-clock time at which it was enqueued. */
  record Enqueued(JobRun run, Instant at) {}

  private final VirtualTime time;
  private final VirtualInbox inbox;
  private final List<String> names = new ArrayList<>();
  private final List<Deque<Enqueued>> queues = new ArrayList<>();
  private final Deque<SimulatedWorker> blocked = new ArrayDeque<>();
  private final Map<String, SimulatedWorker> registered = new LinkedHashMap<>();
  private final Map<String, RqWorker> recordsOfEnded = new HashMap<>();
  private Set<String> requested = Set.of();

  SimulatedRq(VirtualTime time, VirtualInbox inbox, List<String> names) {
    this.time = time;
    this.inbox = inbox;
    this.names.addAll(names);
    names.forEach(name -> queues.add(new ArrayDeque<>()));
  }

  /** A job arrives. */
  void enqueue(JobRun run) {
    SimulatedWorker waiting = blocked.pollFirst();
    if (waiting == null) {
      queues.get(run.queue()).addLast(new Enqueued(run, time.now().wall()));
    } else {
      waiting.takes(run);
    }
  }

  /**
   * Returns the next job from the first queue that has one. If there is none, the worker blocks
   * until one arrives.
   */
  @Nullable JobRun popOrBlock(SimulatedWorker worker) {
    for (Deque<Enqueued> queue : queues) {
      Enqueued next = queue.pollFirst();
      if (next != null) {
        return next.run();
      }
    }
    blocked.addLast(worker);
    return null;
  }

  void register(SimulatedWorker worker) {
    registered.put(worker.rqName(), worker);
  }

  /** The worker has ended or is about to end. Its last record can still be requested. */
  void forget(SimulatedWorker worker) {
    blocked.remove(worker);
    if (registered.remove(worker.rqName()) != null) {
      recordsOfEnded.put(worker.rqName(), worker.record());
    }
  }

  /** Name of a queue. */
  String name(int queue) {
    return names.get(queue);
  }

  @Override
  public void requestSample(Set<String> workerNames, Set<String> deadNames, boolean everywhere) {
    requested = workerNames;
    time.after(ROUND_TRIP, this::answer);
  }

  @Override
  public void requestJobs(Set<String> workerNames, Tick now) {
    Map<String, JobInHand> found = new HashMap<>();
    for (String name : workerNames) {
      SimulatedWorker worker = registered.get(name);
      if (worker != null) {
        found.put(name, new JobInHand(worker.record().isBusy(), ""));
      }
    }
    time.after(ROUND_TRIP, () -> inbox.post(new Message.JobsFound(workerNames, found, now)));
  }

  /** Simulated workers start every job that Redis hands to them, so no job is found. */
  @Override
  public void requestHanded(HandedQuestion question, Tick now) {
    HandedLook nothing = new HandedLook(List.of(), Map.of(), true, "");
    time.after(ROUND_TRIP, () -> inbox.post(new Message.HandedFound(Optional.of(nothing), now)));
  }

  @Override
  public void putBack(HandedJob job) {
    time.after(ROUND_TRIP, () -> inbox.post(new Message.PutBackTried(job, PutBack.NOT_NEEDED)));
  }

  private void answer() {
    inbox.post(new Message.SampleTaken(snapshot()));
  }

  private RqSnapshot snapshot() {
    recordsOfEnded.keySet().retainAll(requested);
    Map<String, RqWorker> workers = new HashMap<>(recordsOfEnded);
    registered.forEach((name, worker) -> workers.put(name, worker.record()));
    List<RqQueue> seen = new ArrayList<>();
    for (int i = 0; i < queues.size(); i++) {
      Optional<Instant> oldest = Optional.ofNullable(queues.get(i).peekFirst()).map(Enqueued::at);
      seen.add(new RqQueue(names.get(i), queues.get(i).size(), oldest, 0));
    }
    return new RqSnapshot(time.now(), seen, workers, Map.of(), false, 0);
  }
}
