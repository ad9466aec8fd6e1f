package io.rqorchestrator.rq;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerStateTest {

  @ParameterizedTest
  @CsvSource({"started,STARTED", "idle,IDLE", "busy,BUSY", "suspended,SUSPENDED", "Idle,IDLE"})
  void readsWhatRqWrites(String text, WorkerState state) {
    assertThat(WorkerState.of(text)).isEqualTo(state);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "dead", "?", "idle "})
  void anythingElseIsUnknown(String text) {
    assertThat(WorkerState.of(text)).isEqualTo(WorkerState.UNKNOWN);
  }

  @ParameterizedTest
  @EnumSource(names = {"IDLE", "BUSY", "SUSPENDED"})
  void canBeSignalledOnceItHasShownThatItTakesJobs(WorkerState state) {
    assertThat(state.canBeSignalled()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"IDLE", "BUSY", "SUSPENDED"})
  void cannotBeSignalledBefore(WorkerState state) {
    assertThat(state.canBeSignalled()).isFalse();
  }
}
