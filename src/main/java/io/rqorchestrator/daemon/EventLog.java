package io.rqorchestrator.daemon;

import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.EventFields;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.time.Tick;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** Writes events to the log: one line for each, its values as keys. */
final class EventLog implements EventSink {

  private static final Logger LOG = LoggerFactory.getLogger("io.rqorchestrator.pool");

  @Override
  public void accept(Tick at, Event event) {
    Level level =
        switch (event.level()) {
          case DETAIL -> Level.DEBUG;
          case CHANGE -> Level.INFO;
          case WARNING -> Level.WARN;
        };
    if (!LOG.isEnabledForLevel(level)) {
      return;
    }
    LoggingEventBuilder line = LOG.atLevel(level).addKeyValue("event", EventFields.kind(event));
    for (Map.Entry<String, Object> field : EventFields.of(event).entrySet()) {
      line = line.addKeyValue(field.getKey(), field.getValue());
    }
    line.log(event.describe());
  }
}
