package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.SizeOverride;
import io.rqorchestrator.control.SizeOverrideStore;
import java.util.Optional;
import java.util.function.Consumer;

/** Keeps the size override in memory, or fails to. */
final class FakeSizeOverrideStore implements SizeOverrideStore {

  private SizeOverride kept = new SizeOverride.None();
  private Optional<String> problem = Optional.empty();

  @Override
  public SizeOverride recall() {
    return kept;
  }

  @Override
  public void keep(SizeOverride sizeOverride) {
    if (problem.isEmpty()) {
      kept = sizeOverride;
    }
  }

  @Override
  public void whenKept(Consumer<Optional<String>> then) {
    then.accept(problem);
  }

  /** From now on nothing is kept. */
  void failWith(String why) {
    problem = Optional.of(why);
  }
}
