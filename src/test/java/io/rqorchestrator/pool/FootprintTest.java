package io.rqorchestrator.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FootprintTest {

  @Test
  void aNewWorkerWouldTakeWhatThisOneHasNotWrittenSinceItsBirth() {
    assertThat(new Footprint(120, 50).expectedWhenNew(20)).isEqualTo(90);
  }

  @Test
  void aNewWorkerWouldTakeAsMuchWhereOnlyTheShareOfTheCommonPagesGrew() {
    assertThat(new Footprint(120, 20).expectedWhenNew(20)).isEqualTo(120);
  }

  @Test
  void whatItGaveBackDoesNotMakeANewWorkerHeavier() {
    assertThat(new Footprint(60, 10).expectedWhenNew(20)).isEqualTo(60);
  }

  @Test
  void aWorkerAndItsHorseAreOne() {
    assertThat(new Footprint(60, 10).plus(new Footprint(5, 3))).isEqualTo(new Footprint(65, 13));
  }
}
