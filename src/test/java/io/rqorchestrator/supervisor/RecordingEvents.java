package io.rqorchestrator.supervisor;

import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.event.ScalingEvent;
import io.rqorchestrator.scaling.ScalingDecision;
import io.rqorchestrator.time.Seconds;
import io.rqorchestrator.time.Tick;
import io.rqorchestrator.time.Ticks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Keeps every event with its time. */
final class RecordingEvents implements EventSink {

  /** An event and when it happened, in seconds. */
  record Entry<E extends Event>(double at, E event) {}

  private final List<Entry<Event>> entries = new ArrayList<>();

  @Override
  public void accept(Tick at, Event event) {
    entries.add(new Entry<>(Seconds.of(at.since(Ticks.at(0))), event));
  }

  /** All events of a kind. */
  <E extends Event> List<E> of(Class<E> kind) {
    return entriesOf(kind).stream().map(Entry::event).toList();
  }

  /** All events of a kind with their times. */
  <E extends Event> List<Entry<E>> entriesOf(Class<E> kind) {
    List<Entry<E>> found = new ArrayList<>();
    for (Entry<Event> entry : entries) {
      if (kind.isInstance(entry.event())) {
        found.add(new Entry<>(entry.at(), kind.cast(entry.event())));
      }
    }
    return found;
  }

  /** When the events of a kind happened. */
  List<Double> timesOf(Class<? extends Event> kind) {
    return entriesOf(kind).stream().map(Entry::at).toList();
  }

  /** What the user reads: every change and every warning, with its time. */
  List<String> lines() {
    return entries.stream()
        .filter(entry -> entry.event().level() != Event.Level.DETAIL)
        .map(RecordingEvents::line)
        .toList();
  }

  /** Decisions and what came of them, for comparison with another run. */
  List<String> deeds() {
    return entries.stream()
        .filter(entry -> !(entry.event() instanceof ScalingEvent.Measured))
        .map(RecordingEvents::deed)
        .toList();
  }

  /** A decision by what it decides; numbers may differ by a sample's worth. */
  private static String deed(Entry<Event> entry) {
    if (entry.event() instanceof ScalingEvent.Decided decided) {
      ScalingDecision decision = decided.decision();
      return String.format(
          Locale.ROOT,
          "%.2f %d -> %d: %s",
          entry.at(),
          decision.from(),
          decision.to(),
          decision.reason().code());
    }
    return line(entry);
  }

  void forget() {
    entries.clear();
  }

  private static String line(Entry<Event> entry) {
    return String.format(Locale.ROOT, "%.2f %s", entry.at(), entry.event().describe());
  }
}
