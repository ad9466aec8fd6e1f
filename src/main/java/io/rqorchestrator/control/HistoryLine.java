package io.rqorchestrator.control;

import io.rqorchestrator.event.Event;
import io.rqorchestrator.wire.WireName;
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
    @WireName("sequence") long sequence,
    @WireName("id") long id,
    @WireName("since") Instant since,
    @WireName("at") Instant at,
    @WireName("times") int times,
    @WireName("level") Event.Level level,
    @WireName("text") String text) {}
