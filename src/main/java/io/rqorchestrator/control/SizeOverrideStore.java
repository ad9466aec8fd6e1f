package io.rqorchestrator.control;

import java.util.Optional;
import java.util.function.Consumer;

/** The port to where an operator's word on the size outlives the daemon. */
public interface SizeOverrideStore {

  /** What was last kept; {@link SizeOverride.None} if nothing was, or nothing that makes sense. */
  SizeOverride recall();

  /** Keeps it soon. Must not block. */
  void keep(SizeOverride sizeOverride);

  /**
   * Tells what became of all that was to be kept so far. Must not block.
   *
   * @param then takes what went wrong, in one line, or empty if it is kept: at once if that is
   *     known already, else on another thread
   */
  void whenKept(Consumer<Optional<String>> then);
}
