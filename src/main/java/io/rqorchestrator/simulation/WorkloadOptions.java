package io.rqorchestrator.simulation;

import io.rqorchestrator.config.Durations;
import io.rqorchestrator.config.InvalidSetting;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A workload's description {@code KIND:NAME=VALUE,...}, parsed. */
final class WorkloadOptions {

  private static final Duration LONGEST = Duration.ofDays(365);

  private final String text;
  private final String kind;
  private final Map<String, String> values = new LinkedHashMap<>();
  private final Set<String> known = new TreeSet<>();

  private WorkloadOptions(String text, String kind) {
    this.text = text;
    this.kind = kind;
  }

  /**
   * Parses a description.
   *
   * @throws InvalidSetting if it is not of that form
   */
  static WorkloadOptions parse(String text) {
    int colon = text.indexOf(':');
    WorkloadOptions options =
        new WorkloadOptions(text, (colon < 0 ? text : text.substring(0, colon)).strip());
    String rest = colon < 0 ? "" : text.substring(colon + 1);
    if (!rest.isBlank()) {
      for (String pair : rest.split(",", -1)) {
        options.add(pair);
      }
    }
    return options;
  }

  private void add(String pair) {
    int equals = pair.indexOf('=');
    String name = equals < 0 ? "" : pair.substring(0, equals).strip();
    if (name.isEmpty()) {
      throw new InvalidSetting("--workload", text, "has '" + pair + "': must be NAME=VALUE");
    }
    if (values.putIfAbsent(name, pair.substring(equals + 1).strip()) != null) {
      throw new InvalidSetting("--workload", text, "gives " + name + " twice");
    }
  }

  String kind() {
    return kind;
  }

  boolean has(String name) {
    known.add(name);
    return values.containsKey(name);
  }

  /** A duration above 0. */
  Duration duration(String name, String otherwise) {
    try {
      Duration value = Durations.parse(value(name, otherwise));
      if (value.isZero() || value.compareTo(LONGEST) > 0) {
        throw wrong(name, "must be above 0 and at most 365d");
      }
      return value;
    } catch (IllegalArgumentException e) {
      throw wrong(name, String.valueOf(e.getMessage()));
    }
  }

  /** Jobs a second, above 0. */
  double rate(String name, double otherwise) {
    double value = rateOrNone(name, otherwise);
    if (value == 0) {
      throw wrong(name, "must be above 0");
    }
    return value;
  }

  /** Jobs a second, 0 or more. */
  double rateOrNone(String name, double otherwise) {
    double value = number(name, otherwise);
    if (!(value >= 0 && value <= 100_000)) {
      throw wrong(name, "must be a number of jobs a second, at most 100000");
    }
    return value;
  }

  /** A share, 0 to 1. */
  double share(String name, double otherwise) {
    double value = number(name, otherwise);
    if (!(value >= 0 && value <= 1)) {
      throw wrong(name, "must be a share from 0 to 1");
    }
    return value;
  }

  /** A number of things, 1 or more. */
  int count(String name, int otherwise) {
    double value = number(name, otherwise);
    if (!(value >= 1 && value <= 1_000_000 && value == Math.rint(value))) {
      throw wrong(name, "must be a whole number from 1 to 1000000");
    }
    return (int) value;
  }

  private double number(String name, double otherwise) {
    try {
      return Double.parseDouble(value(name, Double.toString(otherwise)));
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private String value(String name, String otherwise) {
    known.add(name);
    return values.getOrDefault(name, otherwise);
  }

  /** Refuses options that the kind does not have, or that have no effect beside another option. */
  void refuseOthers() {
    for (String name : values.keySet()) {
      if (!known.contains(name)) {
        throw new InvalidSetting(
            "--workload",
            text,
            "has '%s', but %s takes %s".formatted(name, kind, String.join(", ", known)));
      }
    }
  }

  InvalidSetting wrong(String name, String rule) {
    return new InvalidSetting(
        "--workload", text, "has " + name + "=" + values.getOrDefault(name, "") + ": " + rule);
  }
}
