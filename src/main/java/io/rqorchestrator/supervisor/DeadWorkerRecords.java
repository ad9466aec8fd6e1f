package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.OrphanEvent;
import io.rqorchestrator.rq.RqRecords;
import io.rqorchestrator.rq.RqSnapshot;
import io.rqorchestrator.rq.RqWorker;
import io.rqorchestrator.time.Tick;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Records in Redis of workers that died without taking their leave.
 *
 * <p>Only a record that is proven to be a dead worker's is removed. One that host name and process
 * id alone say is, may be that of a living worker in another container: RQ's own clean-up sees to
 * it, once it lapses.
 */
final class DeadWorkerRecords {

  private final RqRecords records;
  private final EventSink events;

  /** When each of them ended. */
  private final Map<String, Tick> ends = new LinkedHashMap<>();

  /** Those that a later sample has shown to be without a word of their death. */
  private final Set<String> confirmed = new LinkedHashSet<>();

  /** When workers ended of which no record was seen, by their token. */
  private final Map<String, Tick> unnamed = new LinkedHashMap<>();

  /** Those that may be somebody else's, with the heartbeat that they have shown since. */
  private final Map<String, Optional<String>> unproven = new LinkedHashMap<>();

  /** Those whose removal no sample has shown yet. */
  private final Map<String, Tick> removed = new LinkedHashMap<>();

  DeadWorkerRecords(RqRecords records, EventSink events) {
    this.records = records;
    this.events = events;
  }

  /** A worker of this name has ended, and perhaps without taking its leave. */
  void suspect(String name, Tick now) {
    ends.put(name, now);
  }

  /** The same of one whose record is not proven to be the one we took for it. */
  void suspectUnproven(String name) {
    unproven.put(name, Optional.empty());
  }

  /** The same of one whose record was never seen; a sample may still show it. */
  void suspectUnnamed(String token, Tick now) {
    unnamed.put(token, now);
  }

  /** Names of all of them, and of those that were just removed. */
  Set<String> names() {
    Set<String> names = new HashSet<>(ends.keySet());
    names.addAll(unproven.keySet());
    names.addAll(removed.keySet());
    return names;
  }

  /** Takes in a sample. One that wrote its death is no record: RQ has seen to its record. */
  void observe(RqSnapshot snapshot) {
    name(snapshot);
    ends.keySet()
        .removeIf(
            name -> {
              RqWorker seen = snapshot.workers().get(name);
              return seen != null && seen.dead();
            });
    confirmed.retainAll(ends.keySet());
    ends.forEach(
        (name, end) -> {
          if (!snapshot.at().isBefore(end)) {
            confirmed.add(name);
          }
        });
    unproven.entrySet().removeIf(record -> isSettled(record, snapshot));
    removed
        .entrySet()
        .removeIf(
            record ->
                !snapshot.at().isBefore(record.getValue())
                    && !hasRecord(snapshot, record.getKey()));
  }

  private void name(RqSnapshot snapshot) {
    if (unnamed.isEmpty()) {
      return;
    }
    for (RqWorker seen : snapshot.workers().values()) {
      Optional<Tick> end = seen.token().map(unnamed::remove);
      end.ifPresent(at -> ends.put(seen.name(), at));
    }
    unnamed.values().removeIf(end -> !snapshot.at().isBefore(end));
  }

  /** Whether it is gone, or has turned out to be alive, and thus somebody else's. */
  private static boolean isSettled(
      Map.Entry<String, Optional<String>> record, RqSnapshot snapshot) {
    RqWorker seen = snapshot.workers().get(record.getKey());
    if (seen == null || seen.dead() || seen.heartbeat().isEmpty()) {
      return true;
    }
    boolean beats = record.getValue().isPresent() && !record.getValue().equals(seen.heartbeat());
    record.setValue(seen.heartbeat());
    return beats;
  }

  private static boolean hasRecord(RqSnapshot snapshot, String name) {
    RqWorker seen = snapshot.workers().get(name);
    return seen != null && !seen.dead() && seen.heartbeat().isPresent();
  }

  /** Removes them, as RQ's own clean-up would after their time to live. */
  void remove(Tick now) {
    remove(Set.copyOf(confirmed), now);
  }

  /** Removes all of them, for there will be no further sample. */
  void removeAll(Tick now) {
    remove(Set.copyOf(ends.keySet()), now);
  }

  private void remove(Set<String> names, Tick now) {
    if (names.isEmpty()) {
      return;
    }
    records.remove(names);
    names.forEach(name -> events.accept(now, new OrphanEvent.DeadWorkerRecordRemoved(name)));
    names.forEach(name -> removed.put(name, now));
    ends.keySet().removeAll(names);
    confirmed.removeAll(names);
  }
}
