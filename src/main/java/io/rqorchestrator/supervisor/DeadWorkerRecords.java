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
 * Removes from Redis the records of workers that died without unregistering.
 *
 * <p>Only a record that is proven to be a dead worker's is removed. A record that was matched only
 * by host name and process id may belong to a live worker in another container. RQ's own clean-up
 * removes such a record once it has expired.
 */
final class DeadWorkerRecords {

  private final RqRecords records;
  private final EventSink events;

  /** When each worker ended, by RQ's name of the worker. */
  private final Map<String, Tick> ends = new LinkedHashMap<>();

  /** Names from {@link #ends} of which a later sample shows no death in the record. */
  private final Set<String> confirmed = new LinkedHashSet<>();

  /** When each worker without a known name ended, by the worker's token. */
  private final Map<String, Tick> unnamed = new LinkedHashMap<>();

  /** Records that may be another worker's, by name, with the heartbeat in the newest sample. */
  private final Map<String, Optional<String>> unproven = new LinkedHashMap<>();

  /** When each record was removed, by name; until a sample shows the removal. */
  private final Map<String, Tick> removed = new LinkedHashMap<>();

  DeadWorkerRecords(RqRecords records, EventSink events) {
    this.records = records;
    this.events = events;
  }

  /** A worker of this name has ended, perhaps without unregistering. */
  void suspect(String name, Tick now) {
    ends.put(name, now);
  }

  /**
   * A worker has ended, perhaps without unregistering, and the record of this name may be another
   * worker's.
   */
  void suspectUnproven(String name) {
    unproven.put(name, Optional.empty());
  }

  /**
   * A worker has ended, perhaps without unregistering, before its record was seen. A later sample
   * may still show the record.
   */
  void suspectUnnamed(String token, Tick now) {
    unnamed.put(token, now);
  }

  /** Names of all dead workers' records, including records that were just removed. */
  Set<String> names() {
    Set<String> names = new HashSet<>(ends.keySet());
    names.addAll(unproven.keySet());
    names.addAll(removed.keySet());
    return names;
  }

  /**
   * Takes in a sample. A record that contains the worker's death needs no removal: RQ expires it.
   */
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

  /**
   * Whether an unproven record is gone, or its heartbeat changes, so that it is a live worker's.
   */
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

  /**
   * Removes the records of which a later sample shows no death. RQ's own clean-up would remove them
   * only once they have expired.
   */
  void remove(Tick now) {
    remove(Set.copyOf(confirmed), now);
  }

  /** Removes all proven records, because no further sample will come. */
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
