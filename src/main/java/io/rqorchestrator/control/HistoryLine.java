package io.rqorchestrator.control;

import io.rqorchestrator.event.Event;
import io.rqorchestrator.wire.WireName;
import java.time.Instant;

/**
 * An entry of the history, for people.
 *
 * @param sequence increases with every new entry and every change of an entry; 1 or more
 * @param id the first sequence of the entry
 * @param since when it first happened
 * @param at when it last happened
 * @param times how often it happened, 1 or more
 * @param level how important it is
 * @param text what happened, in one line
 */
public record HistoryLine(
    @WireName("sequence") long sequence,
    @WireName("id") long id,
    @WireName("since") Instant since,
    @WireName("at") Instant at,
    @WireName("times") int times,
    @WireName("level") Event.Level level,
    @WireName("text") String text) {}
