package io.rqorchestrator.daemon;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.rqorchestrator.event.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.event.KeyValuePair;

/** Writes a log event as one line of JSON, with the event's keys at the top level. */
final class JsonLineEncoder extends EncoderBase<ILoggingEvent> {

  private static final byte[] NOTHING = {};

  private final Gson gson = new GsonBuilder().disableHtmlEscaping().create();
  private final String pool;
  private final boolean journal;

  /**
   * @param pool the pool's name
   * @param journal whether the lines go to systemd's journal, which removes the priority
   */
  JsonLineEncoder(String pool, boolean journal) {
    this.pool = pool;
    this.journal = journal;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", event.getInstant().toString());
    line.put("level", event.getLevel().toString());
    line.put("pool", pool);
    line.put("message", event.getFormattedMessage());
    for (KeyValuePair pair : Optional.ofNullable(event.getKeyValuePairs()).orElse(List.of())) {
      line.putIfAbsent(pair.key, pair.value);
    }
    String priority = journal ? Journal.prefix(event.getLevel()) : "";
    String text = priority + JsonText.visible(gson.toJson(line)) + "\n";
    return text.getBytes(StandardCharsets.UTF_8);
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
