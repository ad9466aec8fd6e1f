package io.rqorchestrator.daemon;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import io.rqorchestrator.terminal.Texts;
import java.nio.charset.Charset;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * One log event as one line of text. Names of queues and workers, ids of jobs and messages of Redis
 * are other people's, so the line has nothing that ends it or moves a cursor. The journal gets a
 * priority in place of time and level.
 */
final class LineEncoder extends EncoderBase<ILoggingEvent> {

  private static final byte[] NOTHING = {};
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxxx").withZone(ZoneId.systemDefault());

  private final String pool;
  private final boolean journal;

  /**
   * @param pool its name
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
