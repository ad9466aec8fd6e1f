package io.rqorchestrator.cli;

import static io.rqorchestrator.time.Ticks.at;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.rqorchestrator.event.Event;
import io.rqorchestrator.pool.DrainReason;
import io.rqorchestrator.pool.DrainStep;
import io.rqorchestrator.pool.WorkerId;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class EventLogTest {

  @Test
  void anIdOfAJobNeitherEndsTheLineNorMovesTheCursor() {
    Logger logger = (Logger) LoggerFactory.getLogger("io.rqorchestrator.pool");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    Level before = logger.getLevel();
    logger.setLevel(Level.INFO);
    logger.addAppender(lines);
    try {
      new EventLog()
          .accept(
              at(0),
              new Event.WorkerDraining(
                  new WorkerId(1), 11, DrainReason.STOP, DrainStep.ASKED, "id\n\033[2Jforged"));
    } finally {
      logger.detachAppender(lines);
      logger.setLevel(before);
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("stop w1 (pid 11): asked to go after its job id??[2Jforged");
  }
}
