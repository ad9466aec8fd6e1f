package io.rqorchestrator.daemon;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import io.rqorchestrator.terminal.Texts;
import java.nio.charset.Charset;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * Writes a log event as one line of text. Other people choose the names of queues and workers, the
 * ids of jobs and the messages of Redis. So every character that ends a line or moves the cursor is
 * replaced. The journal gets a priority in place of time and level.
 */
final class LineEncoder extends EncoderBase<ILoggingEvent> {

  private static final byte[] NOTHING = {};
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxxx").withZone(ZoneId.systemDefault());

  private final String pool;
  private final boolean journal;

  /**
   * @param pool the pool's name
   * @param journal whether the lines go to systemd's journal
   */
  LineEncoder(String pool, boolean journal) {
    this.pool = pool;
    this.journal = journal;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    StringBuilder lines = new StringBuilder();
    add(event, event.getFormattedMessage(), lines);
    if (event.getThrowableProxy() != null) {
      ThrowableProxyUtil.asString(event.getThrowableProxy())
          .lines()
          .forEach(line -> add(event, line, lines));
    }
    return lines.toString().getBytes(Charset.defaultCharset());
  }

  private void add(ILoggingEvent event, String message, StringBuilder lines) {
    if (journal) {
      lines.append(Journal.prefix(event.getLevel()));
    } else {
      lines.append(TIME.format(event.getInstant()));
      lines.append(String.format(" %-5s ", event.getLevel()));
    }
    lines.append(Texts.harmless("[" + pool + "] " + message)).append('\n');
  }

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }
}
