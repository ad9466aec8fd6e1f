package io.rqorchestrator.json;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import io.rqorchestrator.control.HistoryLine;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.control.TrendPoint;
import io.rqorchestrator.wire.WireNames;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON that {@link PoolJson} writes, also in a daemon of another version: missing members
 * are empty, and unknown ones are ignored.
 */
public final class PoolJsonReader {

  private static final Gson GSON =
      new GsonBuilder()
          .setFieldNamingStrategy(WireNames::of)
          .registerTypeAdapter(Instant.class, new Instants())
          .registerTypeAdapter(Duration.class, new DurationAdapter())
          .registerTypeAdapter(OptionalInt.class, new OptionalInts())
          .registerTypeAdapter(OptionalLong.class, new OptionalLongs())
          .registerTypeAdapter(OptionalDouble.class, new OptionalDoubles())
          .registerTypeAdapterFactory(new Enums())
          .registerTypeAdapterFactory(new Optionals())
          .registerTypeAdapterFactory(new Records())
          .create();

  private static final int LONGEST_PROBLEM = 200;

  // Times beyond these cannot be subtracted or printed.
  private static final Instant EARLIEST = Instant.parse("0000-01-02T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-30T00:00:00Z");
  private static final double LONGEST_SECONDS = 1e12;

  private PoolJsonReader() {}

  /**
   * A status.
   *
   * @throws JsonParseException if this version cannot read it
   */
  public static PoolStatus status(JsonObject json) {
    return read(json, PoolStatus.class);
  }

  /**
   * A point of the curves.
   *
   * @throws JsonParseException if this version cannot read it
   */
  public static TrendPoint point(JsonObject json) {
    return read(json, TrendPoint.class);
  }

  /**
   * An entry of the history, as a line.
   *
   * @throws JsonParseException if this version cannot read it
   */
  public static HistoryLine line(JsonObject json) {
    return read(json, HistoryLine.class);
  }

  private static <T> T read(JsonObject json, Class<T> type) {
    try {
      return GSON.fromJson(json, type);
    } catch (RuntimeException e) {
      String problem = String.valueOf(e.getMessage());
      throw new JsonParseException(
          "a daemon of another version: "
              + problem.substring(0, Math.min(LONGEST_PROBLEM, problem.length())),
          e);
    }
  }

  /** An adapter that only reads; {@link PoolJson} writes. */
  private abstract static class ReadOnlyAdapter<T> extends TypeAdapter<T> {
    @Override
    public final void write(JsonWriter out, T value) {
      throw new UnsupportedOperationException();
    }
  }

  private static final class Instants extends ReadOnlyAdapter<Instant> {
    @Override
    public Instant read(JsonReader in) throws IOException {
      Instant instant = Instant.parse(in.nextString());
      if (instant.isBefore(EARLIEST) || instant.isAfter(LATEST)) {
        throw new JsonParseException(instant + " is not a supported time");
      }
      return instant;
    }
  }

  private static final class DurationAdapter extends ReadOnlyAdapter<Duration> {
    @Override
    public Duration read(JsonReader in) throws IOException {
      double seconds = in.nextDouble();
      if (!(Math.abs(seconds) <= LONGEST_SECONDS)) {
        throw new JsonParseException(seconds + " is not a supported duration");
      }
      return Duration.ofMillis(Math.round(seconds * 1000));
    }
  }

  private static final class OptionalInts extends ReadOnlyAdapter<OptionalInt> {
    @Override
    public OptionalInt read(JsonReader in) throws IOException {
      return isNull(in) ? OptionalInt.empty() : OptionalInt.of(in.nextInt());
    }
  }

  private static final class OptionalLongs extends ReadOnlyAdapter<OptionalLong> {
    @Override
    public OptionalLong read(JsonReader in) throws IOException {
      return isNull(in) ? OptionalLong.empty() : OptionalLong.of(in.nextLong());
    }
  }

  private static final class OptionalDoubles extends ReadOnlyAdapter<OptionalDouble> {
    @Override
    public OptionalDouble read(JsonReader in) throws IOException {
      return isNull(in) ? OptionalDouble.empty() : OptionalDouble.of(in.nextDouble());
    }
  }

  private static boolean isNull(JsonReader in) throws IOException {
    boolean isNull = in.peek() == JsonToken.NULL;
    if (isNull) {
      in.nextNull();
    }
    return isNull;
  }

  /** Constants by their declared words. */
  private static final class Enums implements TypeAdapterFactory {
    @Override
    public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
      if (!type.getRawType().isEnum()) {
        return null;
      }
      return new ReadOnlyAdapter<>() {
        @Override
        @SuppressWarnings("unchecked") // a constant of the requested type
        public T read(JsonReader in) throws IOException {
          String name = in.nextString();
          for (Object constant : type.getRawType().getEnumConstants()) {
            if (WireNames.of((Enum<?>) constant).equals(name)) {
              return (T) constant;
            }
          }
          throw new JsonParseException(name + " is not known to this version");
        }
      };
    }
  }

  private static final class Optionals implements TypeAdapterFactory {
    @Override
    @SuppressWarnings("unchecked") // T is Optional of the inner type
    public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
      if (type.getRawType() != Optional.class) {
        return null;
      }
      TypeAdapter<?> inner =
          gson.getAdapter(
              TypeToken.get(((ParameterizedType) type.getType()).getActualTypeArguments()[0]));
      return new ReadOnlyAdapter<>() {
        @Override
        public T read(JsonReader in) throws IOException {
          return (T) (isNull(in) ? Optional.empty() : Optional.of(inner.read(in)));
        }
      };
    }
  }

  /** Adds members that were left out, so that they are read as empty. */
  private static final class Records implements TypeAdapterFactory {
    @Override
    public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
      if (!type.getRawType().isRecord()) {
        return null;
      }
      TypeAdapter<T> delegate = gson.getDelegateAdapter(this, type);
      return new ReadOnlyAdapter<>() {
        @Override
        public T read(JsonReader in) throws IOException {
          JsonElement element = gson.fromJson(in, JsonElement.class);
          if (element instanceof JsonObject object) {
            complete(object, type.getRawType());
          }
          T value = delegate.fromJsonTree(element);
          demand(value, type.getRawType());
          return value;
        }
      };
    }

    /** Refuses missing values: only optionals and lists may be empty, so no reader meets a null. */
    private static void demand(@Nullable Object value, Class<?> type) {
      if (value == null) {
        throw new JsonParseException("no " + type.getSimpleName());
      }
      for (RecordComponent component : type.getRecordComponents()) {
        if (content(value, component) == null) {
          throw new JsonParseException(
              "no %s in %s".formatted(WireNames.of(component), type.getSimpleName()));
        }
      }
    }

    private static @Nullable Object content(Object value, RecordComponent component) {
      try {
        return component.getAccessor().invoke(value);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(component + " must be public", e);
      }
    }

    private static void complete(JsonObject object, Class<?> type) {
      for (RecordComponent component : type.getRecordComponents()) {
        String name = WireNames.of(component);
        if (!object.has(name)) {
          boolean isList = component.getType() == List.class;
          object.add(name, isList ? new JsonArray() : JsonNull.INSTANCE);
        }
      }
    }
  }
}
