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
 * Reads back what {@link PoolJson} wrote, here or in a daemon of another version: what is not there
 * is empty, and what is not known is passed over.
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

  // Beyond these, to subtract or to print one fails.
  private static final Instant EARLIEST = Instant.parse("0000-01-02T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-30T00:00:00Z");
  private static final double LONGEST_SECONDS = 1e12;

  private PoolJsonReader() {}

  /**
   * A status.
   *
   * @throws JsonParseException if this version cannot make sense of it
   */
  public static PoolStatus status(JsonObject json) {
    return read(json, PoolStatus.class);
  }

  /**
   * A point of the curves.
   *
   * @throws JsonParseException if this version cannot make sense of it
   */
  public static TrendPoint point(JsonObject json) {
    return read(json, TrendPoint.class);
  }

  /**
   * An entry of the history, as a line.
   *
   * @throws JsonParseException if this version cannot make sense of it
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

  /** Only reads: {@link PoolJson} writes. */
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
        throw new JsonParseException(instant + " is no time that can be reckoned with");
      }
      return instant;
    }
  }

  private static final class DurationAdapter extends ReadOnlyAdapter<Duration> {
    @Override
    public Duration read(JsonReader in) throws IOException {
      double seconds = in.nextDouble();
      if (!(Math.abs(seconds) <= LONGEST_SECONDS)) {
        throw new JsonParseException(seconds + " is no duration that can be reckoned with");
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
        @SuppressWarnings("unchecked") // a constant of the very type that was asked for
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

  /** Puts in what was left out, so that it is read as empty. */
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

    /** Only what is optional, or a list, may be missing: nobody who reads it looks for a null. */
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
