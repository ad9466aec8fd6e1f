package io.rqorchestrator.wire;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the declared {@link WireName}s. A type, component or constant without one cannot be
 * written.
 */
public final class WireNames {

  private static final ClassValue<Map<Object, String>> CONSTANTS =
      new ClassValue<>() {
        @Override
        protected Map<Object, String> computeValue(Class<?> type) {
          return Arrays.stream(type.getEnumConstants())
              .collect(Collectors.toMap(Function.identity(), WireNames::declared));
        }
      };

  private WireNames() {}

  /**
   * The word for a constant, such as {@code core}.
   *
   * @throws IllegalStateException if none is declared
   */
  public static String of(Enum<?> constant) {
    return Objects.requireNonNull(CONSTANTS.get(constant.getDeclaringClass()).get(constant));
  }

  /**
   * The word for a component of a record, such as {@code oldest_wait}.
   *
   * @throws IllegalStateException if none is declared
   */
  public static String of(RecordComponent component) {
    return declared(component, component.getDeclaringRecord() + "." + component.getName());
  }

  /**
   * The word for a field of a record, which is that of its component.
   *
   * @throws IllegalStateException if none is declared
   */
  public static String of(Field field) {
    return declared(field, field.getDeclaringClass().getName() + "." + field.getName());
  }

  /**
   * The word for a type, such as {@code worker_started}.
   *
   * @throws IllegalStateException if none is declared
   */
  public static String of(Class<?> type) {
    return declared(type, type.getName());
  }

  /** Whether a word is declared for this type, component or constant. */
  public static boolean has(AnnotatedElement element) {
    return element.isAnnotationPresent(WireName.class);
  }

  private static String declared(Object constant) {
    Enum<?> value = (Enum<?>) constant;
    Class<?> type = value.getDeclaringClass();
    try {
      return declared(type.getField(value.name()), type.getName() + "." + value.name());
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(type + " must be public", e);
    }
  }

  private static String declared(AnnotatedElement element, String place) {
    @Nullable WireName name = element.getAnnotation(WireName.class);
    if (name == null) {
      throw new IllegalStateException(place + " has no @WireName");
    }
    return name.value();
  }
}
