package io.rqorchestrator.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.pool.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerMarkTest {

  @Test
  void whatAWorkerWritesIsUnderstood() {
    String text = "4711 " + WorkerMark.text(Role.CORE, "web-w1-0a1b2c3d");
    String inItsRoom = text + " ".repeat(WorkerMark.room(20).length() - text.length());
    assertThat(WorkerMark.parse(inItsRoom))
        .hasValue(new WorkerMark(4711, Role.CORE, "web-w1-0a1b2c3d"));
  }

  @Test
  void aWorkerThatChoosesItsNameHasNone() {
    String text = "4711 " + WorkerMark.text(Role.ELASTIC, "");
    assertThat(WorkerMark.parse(text)).hasValue(new WorkerMark(4711, Role.ELASTIC, ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "      ", "4711", "core w1", "99999999999 core w1"})
  void whatIsNoMarkIsNone(String text) {
    assertThat(WorkerMark.parse(text)).isEmpty();
  }
}
