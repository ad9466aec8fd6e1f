package io.rqorchestrator.simulation;

/** Jobs are left, and the memory budget never lets the pool have a worker for them. */
public final class NoRoomException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param decision the last decision's reason, with its numbers
   */
  NoRoomException(String decision) {
    super(decision);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
