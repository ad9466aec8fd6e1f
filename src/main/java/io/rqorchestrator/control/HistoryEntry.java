package io.rqorchestrator.control;

import io.rqorchestrator.event.Event;
import java.time.Instant;

/**
 * An entry of the pool's history.
 *
 * @param sequence grows with every entry and every change of one; 1 or more
 * @param id the sequence it first had: a changed entry keeps it
 * @param since when it first happened
 * @param at when it last happened
 * @param times how often, 1 or more: decisions that only repeat the last one are one entry
 * @param event what happened, as of the last time
 */
public record HistoryEntry(
    long sequence, long id, Instant since, Instant at, int times, Event event) {}
