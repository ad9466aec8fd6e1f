package io.rqorchestrator.it;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How many workers a daemon had at each change, as its log tells it.
 *
 * @param able those that took jobs: ready, and not asked to go
 * @param active those that count between min and max: started, and not asked to go
 */
record PoolSizes(List<Integer> able, List<Integer> active) {

  /** From the moment when {@code ready} workers were ready until the stop was asked for. */
  static PoolSizes of(Daemon daemon, int ready) {
    Set<String> isActive = new HashSet<>();
    Set<String> isAble = new HashSet<>();
    List<Integer> able = new ArrayList<>();
    List<Integer> active = new ArrayList<>();
    boolean begun = false;
    for (JsonObject event : daemon.events().toList()) {
      String kind = event.has("event") ? event.get("event").getAsString() : "";
      String worker = event.has("worker") ? event.get("worker").getAsString() : "";
      switch (kind) {
        case "worker_started" -> isActive.add(worker);
        case "worker_ready" -> isAble.add(worker);
        case "worker_draining", "worker_gone" -> {
          isActive.remove(worker);
          isAble.remove(worker);
        }
        case "stop_requested" -> {
          return new PoolSizes(able, active);
        }
        default -> {}
      }
      begun |= isAble.size() >= ready;
      if (begun) {
        able.add(isAble.size());
        active.add(isActive.size());
      }
    }
    return new PoolSizes(able, active);
  }

  int fewestAble() {
    return able.stream().mapToInt(n -> n).min().orElseThrow();
  }

  int mostActive() {
    return active.stream().mapToInt(n -> n).max().orElseThrow();
  }
}
