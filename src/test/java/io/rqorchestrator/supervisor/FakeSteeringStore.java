package io.rqorchestrator.supervisor;

import io.rqorchestrator.control.Steering;
import io.rqorchestrator.control.SteeringStore;
import java.util.Optional;
import java.util.function.Consumer;

/** Keeps an operator's word in memory, or fails to. */
final class FakeSteeringStore implements SteeringStore {

  private Steering kept = new Steering.Auto();
  private Optional<String> problem = Optional.empty();

  @Override
  public Steering recall() {
    return kept;
  }

  @Override
  public void keep(Steering steering) {
    if (problem.isEmpty()) {
      kept = steering;
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
