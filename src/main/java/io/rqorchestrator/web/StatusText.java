package io.rqorchestrator.web;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.json.PoolJson;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The newest status as JSON, made once for all clients. With a thousand workers it is large, so one
 * copy per client would not fit into our small heap.
 */
final class StatusText {

  @GuardedBy("this") private @Nullable PoolStatus shown;

  @GuardedBy("this") private byte[] json = {};

  /** The JSON of {@code status}, in UTF-8; callers must not modify the array. */
  synchronized byte[] of(PoolStatus status) {
    if (!status.equals(shown)) {
      json = PoolJson.text(PoolJson.of(status)).getBytes(StandardCharsets.UTF_8);
      shown = status;
    }
    return json;
  }
}
