package io.rqorchestrator.control;

import io.rqorchestrator.event.Event;
import java.time.Instant;

/**
 * An entry of the pool's history.
 *
 * @param sequence increases with every new entry and every change of an entry; 1 or more
 * @param id the first sequence of the entry; stays the same when the entry changes
 * @param since when it first happened
 * @param at when it last happened
 * @param times how often it happened, 1 or more: repeated decisions are one entry
 * @param event what happened, the last time
 */
public record HistoryEntry(
    long sequence, long id, Instant since, Instant at, int times, Event event) {}
