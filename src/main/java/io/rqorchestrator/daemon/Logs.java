package io.rqorchestrator.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The daemon's log: to standard error, as text or as lines of JSON. */
public final class Logs {

  /** The format of a line. */
  public enum Format {
    TEXT,
    JSON
  }

  /** The least level that is logged. */
  public enum Detail {
    DEBUG,
    INFO,
    WARN,
    ERROR
  }

  private Logs() {}

  /**
   * Sets up the log.
   *
   * @param pool the pool's name, for every line
   * @param environment tells whether standard error is systemd's journal
   */
  public static void configure(
      Detail detail, Format format, String pool, Map<String, String> environment) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setTarget("System.err");
    console.setEncoder(encoder(context, format, pool, Journal.isStandardError(environment)));
    console.start();
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(console);
    context.getLogger("io.rqorchestrator").setLevel(Level.valueOf(detail.name()));
  }

  private static Encoder<ILoggingEvent> encoder(
      LoggerContext context, Format format, String pool, boolean journal) {
    EncoderBase<ILoggingEvent> encoder =
        format == Format.JSON ? new JsonLineEncoder(pool, journal) : new LineEncoder(pool, journal);
    encoder.setContext(context);
    encoder.start();
    return encoder;
  }
}
