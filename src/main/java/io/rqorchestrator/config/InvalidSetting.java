package io.rqorchestrator.config;

/**
 * A setting with an invalid value. The message has the name, the value, the rule and what to do.
 */
public final class InvalidSetting extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param name name of the setting as the user wrote it, such as {@code --min-workers}
   * @param value the value that the user gave; never a password
   * @param rule the rule that the value breaks
   */
  public InvalidSetting(String name, Object value, String rule) {
    super("%s (%s) %s".formatted(name, value, rule));
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
