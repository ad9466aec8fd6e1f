package io.rqorchestrator.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ResourcesTest {

  private final List<String> closed = new ArrayList<>();
  private final Resources resources = new Resources();

  @Test
  void whatWasOpenedLastIsClosedFirst() throws IOException {
    resources.add(() -> closed.add("lock"));
    resources.add(() -> closed.add("files"));
    resources.close();
    resources.close();
    assertThat(closed).containsExactly("files", "lock");
  }

  @Test
  void oneThatCannotBeClosedKeepsNoOtherOpen() {
    resources.add(() -> closed.add("lock"));
    resources.add(
        () -> {
          throw new IOException("second");
        });
    resources.add(
        () -> {
          throw new IOException("first");
        });
    assertThatThrownBy(resources::close)
        .hasMessage("first")
        .satisfies(problem -> assertThat(problem.getSuppressed()).hasSize(1));
    assertThat(closed).containsExactly("lock");
  }

  @Test
  void anErrorKeepsNoOtherOpen() {
    resources.add(() -> closed.add("lock"));
    resources.add(
        () -> {
          throw new NoClassDefFoundError("second");
        });
    resources.add(
        () -> {
          throw new IllegalStateException("first");
        });

    assertThatThrownBy(resources::close)
        .isInstanceOf(IllegalStateException.class)
        .satisfies(problem -> assertThat(problem.getSuppressed()).hasSize(1));
    assertThat(closed).containsExactly("lock");
  }

  @Test
  void anInterruptEndsOneWaitAndIsNotForgotten() throws IOException {
    resources.add(() -> closed.add("lock"));
    resources.add(
        () -> {
          throw new InterruptedException();
        });
    resources.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(closed).containsExactly("lock");
  }
}
