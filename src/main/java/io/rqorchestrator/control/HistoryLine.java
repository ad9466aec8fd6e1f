package io.rqorchestrator.control;

import io.rqorchestrator.event.Event;
import java.time.Instant;

/**
 * An entry of the history as people read it.
 *
 * @param sequence grows with every entry and every change of one; 1 or more
 * @param id the sequence it first had
 * @param since when it first happened
 * @param at when it last happened
 * @param times how often, 1 or more
 * @param level how much attention it asks for
 * @param text what happened, in one line
 */
public record HistoryLine(
    long sequence, long id, Instant since, Instant at, int times, Event.Level level, String text) {}
