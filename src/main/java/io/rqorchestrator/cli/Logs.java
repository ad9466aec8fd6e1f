package io.rqorchestrator.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The daemon's log: to standard error, as text or as lines of JSON. */
final class Logs {

  /** How lines look. */
  enum Format {
    TEXT,
    JSON
  }

  /** How much is said. */
  enum Detail {
    DEBUG,
    INFO,
    WARN,
    ERROR
  }

  private Logs() {}

  static void configure(Detail detail, Format format, String pool) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setTarget("System.err");
    console.setEncoder(encoder(context, format, pool));
    console.start();
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(console);
    context.getLogger("io.rqorchestrator").setLevel(Level.valueOf(detail.name()));
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext context, Format format, String pool) {
    if (format == Format.JSON) {
      JsonLineEncoder json = new JsonLineEncoder(pool);
      json.setContext(context);
      json.start();
      return json;
    }
    PatternLayoutEncoder text = new PatternLayoutEncoder();
    text.setContext(context);
    String name = pool.replace("\\", "").replace("%", "");
    text.setPattern("%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSxxx\"} %-5level [" + name + "] %msg%n");
    text.start();
    return text;
  }
}
