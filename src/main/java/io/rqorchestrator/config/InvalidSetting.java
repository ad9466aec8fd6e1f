package io.rqorchestrator.config;

/** A setting that cannot be used: its name, its value, the rule it breaks, and what to do. */
public final class InvalidSetting extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param name the setting as the user wrote it, such as {@code --min-workers}
   * @param value what the user gave; never a password
   * @param rule what it must be
   */
  public InvalidSetting(String name, Object value, String rule) {
    super("%s (%s) %s".formatted(name, value, rule));
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
