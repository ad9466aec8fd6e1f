package io.rqorchestrator.control;

import java.util.Optional;
import java.util.function.Consumer;

/** The port to the place where a size override outlives the daemon. */
public interface SizeOverrideStore {

  /** Keeps nothing. */
  SizeOverrideStore NONE =
      new SizeOverrideStore() {
        @Override
        public SizeOverride recall() {
          return new SizeOverride.None();
        }

        @Override
        public void keep(SizeOverride sizeOverride) {}

        @Override
        public void whenKept(Consumer<Optional<String>> then) {
          then.accept(Optional.empty());
        }
      };

  /**
   * The override that was kept last; {@link SizeOverride.None} if none was kept, or none that can
   * be understood.
   */
  SizeOverride recall();

  /** Keeps an override soon. Must not block. */
  void keep(SizeOverride sizeOverride);

  /**
   * Reports whether everything was kept. Must not block.
   *
   * @param then takes the problem in one line, or empty if all is kept: at once if that is known
   *     already, else on another thread
   */
  void whenKept(Consumer<Optional<String>> then);
}
