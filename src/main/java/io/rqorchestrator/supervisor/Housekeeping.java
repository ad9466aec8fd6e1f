package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.pool.PoolMode;
import io.rqorchestrator.time.Tick;
import java.util.List;
import java.util.Optional;

/** Reads memory, checks health and marks workers for replacement, once a turn. */
final class Housekeeping {

  private final Roster roster;
  private final PoolMemory memory;
  private final Health health;
  private final ServedQueues served;
  private final Launching launching;
  private final Replacements replacements;
  private final EventSink events;

  Housekeeping(
      Roster roster,
      PoolMemory memory,
      Health health,
      ServedQueues served,
      Launching launching,
      Replacements replacements,
      EventSink events) {
    this.roster = roster;
    this.memory = memory;
    this.health = health;
    this.served = served;
    this.launching = launching;
    this.replacements = replacements;
    this.events = events;
  }

  /**
   * Reports changes of memory and health. Unless the pool has to stay as it is, marks workers for
   * replacement.
   *
   * @param mode whether the pool stops, and how
   * @param trouble a lasting problem besides the workers' health; empty if there is none
   */
  void run(
      Directive directive,
      Observation observation,
      PoolMode mode,
      Optional<String> trouble,
      Tick now) {
    List<PoolMemory.WorkerFootprint> readings = memory.read(roster.pool(), now);
    memory.report(roster.pool(), events, now);
    if (mode == PoolMode.RUN) {
      health.check(roster.pool(), served.trouble(), trouble.or(launching::heldBack), now);
    }
    if (observation.holdReason().isEmpty()) {
      // Workers are recycled one at a time, whatever the surge is.
      boolean maxAllows = roster.pool().countedAgainstMax() <= directive.max();
      replacements.recycle(readings, maxAllows, now);
      replacements.replaceUnresponsive(observation.waiting() > 0, now);
    }
  }
}
