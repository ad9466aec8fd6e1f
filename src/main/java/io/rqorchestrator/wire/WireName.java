package io.rqorchestrator.wire;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The word that stands for a type, a component of a record or a constant in JSON, in the history
 * file, in metrics and in the log's fields. Other programs parse that word, so it must not change
 * when the Java name changes.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.RECORD_COMPONENT, ElementType.FIELD})
public @interface WireName {

  /** The word, in snake_case. */
  String value();
}
