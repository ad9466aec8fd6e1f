package io.rqorchestrator.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.pool.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerMarkTest {

  private static final String TOKEN = WorkerToken.create();

  @Test
  void aMarkFitsIntoItsRoomWithTheLongestPid() {
    String text = "4194304 " + WorkerMark.text(Role.ELASTIC, "x".repeat(20), TOKEN);
    assertThat(text.length()).isLessThanOrEqualTo(WorkerMark.room(20).length());
  }

  @Test
  void whatAWorkerWritesIsUnderstood() {
    String text = "4711 " + WorkerMark.text(Role.CORE, "web-w1-0a1b2c3d", TOKEN);
    String inItsRoom = text + " ".repeat(WorkerMark.room(20).length() - text.length());
    assertThat(WorkerMark.parse(inItsRoom))
        .hasValue(new WorkerMark(4711, Role.CORE, "web-w1-0a1b2c3d", TOKEN));
  }

  @Test
  void aWorkerThatChoosesItsNameHasNone() {
    String text = "4711 " + WorkerMark.text(Role.ELASTIC, "", TOKEN);
    assertThat(WorkerMark.parse(text)).hasValue(new WorkerMark(4711, Role.ELASTIC, "", TOKEN));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "      ", "4711", "core w1", "99999999999 core w1"})
  void whatIsNoMarkIsNone(String text) {
    assertThat(WorkerMark.parse(text)).isEmpty();
  }
}
