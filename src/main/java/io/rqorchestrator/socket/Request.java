package io.rqorchestrator.socket;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.rqorchestrator.control.Command;
import io.rqorchestrator.json.PoolJson;
import io.rqorchestrator.scaling.Aim;
import io.rqorchestrator.time.Seconds;
import io.rqorchestrator.wire.WireNames;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A request over the control socket: one line of JSON, such as {@code {"version":1,
 * "do":"scale","to":3}}.
 */
public sealed interface Request {

  /** The protocol's version: it changes when an old client could misunderstand a new daemon. */
  int VERSION = 1;

  /** The verb of {@link Status}, and the key of the status in the reply. */
  String STATUS = "status";

  /** The verb of {@link History}, and the key of the entries in the reply. */
  String HISTORY = "history";

  /** The verb of {@link Trend}, and the key of the points in the reply. */
  String TREND = "trend";

  /** The request as one line, without the line end. */
  String line();

  /** The pool's status. */
  record Status() implements Request {
    @Override
    public String line() {
      return PoolJson.text(request(STATUS));
    }
  }

  /**
   * The pool's history.
   *
   * @param after only entries with a greater sequence; 0 for all
   * @param most the largest number of entries; the newest ones are returned
   */
  record History(long after, int most) implements Request {
    @Override
    public String line() {
      JsonObject object = request(HISTORY);
      object.addProperty(Keys.AFTER, after);
      object.addProperty(Keys.MOST, most);
      return PoolJson.text(object);
    }
  }

  /**
   * The curves of the last minutes.
   *
   * @param after only points newer than this one, in milliseconds since the epoch; 0 for all
   */
  record Trend(long after) implements Request {
    @Override
    public String line() {
      JsonObject object = request(TREND);
      object.addProperty(Keys.AFTER, after);
      return PoolJson.text(object);
    }
  }

  /** A command of an operator. */
  record Order(Command command) implements Request {
    @Override
    public String line() {
      JsonObject object = request(WireNames.of(command.getClass()));
      write(command, object);
      return PoolJson.text(object);
    }
  }

  /** The request is invalid. The message has the rule. */
  final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  private static JsonObject request(String verb) {
    JsonObject object = new JsonObject();
    object.addProperty(Keys.VERSION, VERSION);
    object.addProperty(Keys.DO, verb);
    return object;
  }

  private static void write(Command command, JsonObject object) {
    if (command instanceof Command.Scale scale) {
      object.addProperty(Keys.TO, scale.to());
    } else if (command instanceof Command.ScaleBy scale) {
      object.addProperty(Keys.BY, scale.by());
    } else if (command instanceof Command.Set set) {
      set.min().ifPresent(min -> object.addProperty(Keys.MIN_WORKERS, min));
      set.max().ifPresent(max -> object.addProperty(Keys.MAX_WORKERS, max));
      set.aim()
          .ifPresent(
              aim -> {
                aim.growsAbove()
                    .ifPresent(share -> object.addProperty(Keys.UTILIZATION_THRESHOLD, share));
                aim.targetWait()
                    .ifPresent(wait -> object.addProperty(Keys.TARGET_WAIT, Seconds.of(wait)));
              });
    }
  }

  /**
   * Parses a line.
   *
   * @throws MalformedException if the line is not a valid request
   */
  static Request parse(String line) throws MalformedException {
    JsonObject object = object(line);
    int version = (int) integer(object, Keys.VERSION);
    if (version != VERSION) {
      throw new MalformedException(
          "version (%d) must be %d: use the same rq-orchestrator as the daemon"
              .formatted(version, VERSION));
    }
    String what = text(object, Keys.DO);
    return switch (what) {
      case STATUS -> new Status();
      case HISTORY -> new History(optional(object, Keys.AFTER, 0), most(object));
      case TREND -> new Trend(optional(object, Keys.AFTER, 0));
      case Command.SCALE ->
          new Order(
              object.has(Keys.BY)
                  ? new Command.ScaleBy(small(object, Keys.BY))
                  : new Command.Scale(small(object, Keys.TO)));
      case Command.AUTO -> new Order(new Command.Auto());
      case Command.PAUSE -> new Order(new Command.Pause());
      case Command.RESUME -> new Order(new Command.Resume());
      case Command.SET -> new Order(set(object));
      case Command.RESTART -> new Order(new Command.Restart());
      case Command.DRAIN -> new Order(new Command.Drain());
      default ->
          throw new MalformedException(
              "do ("
                  + (what.length() > 40 ? what.substring(0, 40) + "..." : what)
                  + ") must be status, history, trend, scale, auto, pause, resume, set, restart or"
                  + " drain");
    };
  }

  private static Command set(JsonObject object) throws MalformedException {
    OptionalInt min = optionalSmall(object, Keys.MIN_WORKERS);
    OptionalInt max = optionalSmall(object, Keys.MAX_WORKERS);
    Optional<Aim> aim = aim(object);
    if (min.isEmpty() && max.isEmpty() && aim.isEmpty()) {
      throw new MalformedException(
          "set must have min_workers, max_workers, utilization_threshold or target_wait");
    }
    return new Command.Set(min, max, aim);
  }

  private static Optional<Aim> aim(JsonObject object) throws MalformedException {
    boolean hasThreshold = object.has(Keys.UTILIZATION_THRESHOLD);
    boolean hasWait = object.has(Keys.TARGET_WAIT);
    if (hasThreshold && hasWait) {
      throw new MalformedException("set must have utilization_threshold or target_wait, not both");
    }
    if (hasWait) {
      double seconds = number(object, Keys.TARGET_WAIT);
      if (!(Math.abs(seconds) <= 1e9)) {
        throw new MalformedException("target_wait must be a number of seconds");
      }
      return Optional.of(new Aim.Wait(Duration.ofNanos(Math.round(seconds * 1e9))));
    }
    return hasThreshold
        ? Optional.of(new Aim.Utilization(number(object, Keys.UTILIZATION_THRESHOLD)))
        : Optional.empty();
  }

  private static JsonObject object(String line) throws MalformedException {
    try {
      if (JsonParser.parseString(line) instanceof JsonObject object) {
        return object;
      }
    } catch (RuntimeException | StackOverflowError e) { // too many nested brackets
      throw new MalformedException("the line must be one JSON object");
    }
    throw new MalformedException("the line must be one JSON object");
  }

  private static int most(JsonObject object) throws MalformedException {
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, optional(object, Keys.MOST, 1_000_000)));
  }

  private static OptionalInt optionalSmall(JsonObject object, String name)
      throws MalformedException {
    return object.has(name) ? OptionalInt.of(small(object, name)) : OptionalInt.empty();
  }

  private static int small(JsonObject object, String name) throws MalformedException {
    long value = integer(object, name);
    if (Math.abs(value) > 1_000_000) {
      throw new MalformedException(name + " must be a small integer");
    }
    return (int) value;
  }

  private static long optional(JsonObject object, String name, long otherwise)
      throws MalformedException {
    return object.has(name) ? integer(object, name) : otherwise;
  }

  private static long integer(JsonObject object, String name) throws MalformedException {
    double value = number(object, name);
    if (value != Math.rint(value) || Math.abs(value) > 1e15) {
      throw new MalformedException(name + " must be an integer");
    }
    return (long) value;
  }

  private static double number(JsonObject object, String name) throws MalformedException {
    @Nullable JsonElement value = object.get(name);
    if (value == null || !value.isJsonPrimitive() || !value.getAsJsonPrimitive().isNumber()) {
      throw new MalformedException(name + " must be a number");
    }
    double number = value.getAsDouble();
    if (!Double.isFinite(number)) {
      throw new MalformedException(name + " must be a number");
    }
    return number;
  }

  private static String text(JsonObject object, String name) throws MalformedException {
    @Nullable JsonElement value = object.get(name);
    if (value == null || !value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
      throw new MalformedException(name + " must be a text");
    }
    return value.getAsString();
  }
}
