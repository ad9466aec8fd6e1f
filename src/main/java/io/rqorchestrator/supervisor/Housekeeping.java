package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.pool.PoolMode;
import io.rqorchestrator.time.Tick;
import java.util.List;
import java.util.Optional;

/** Looks after what no target asks for: memory, health, and workers that are to be replaced. */
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
   * Compares memory and health with what was reported last. While there is data, marks the workers
   * that are to be replaced.
   *
   * @param mode whether the pool ends, and how
   * @param trouble what the pool suffers from besides its workers' health; empty if from nothing
   */
  void tend(
      Directive directive,
      Observation observation,
      PoolMode mode,
      Optional<String> trouble,
      Tick now) {
    List<PoolMemory.WorkerFootprint> weighed = memory.read(roster.pool(), now);
    memory.report(roster.pool(), events, now);
    if (mode == PoolMode.RUN) {
      health.check(roster.pool(), served.trouble(), trouble.or(launching::heldBack), now);
    }
    if (observation.noDataReason().isEmpty()) {
      // One at a time, whatever the surge is.
      boolean room = roster.pool().countedAgainstMax() <= directive.max();
      replacements.worn(weighed, room, now);
      replacements.stuck(observation.waiting() > 0, now);
    }
  }
}
