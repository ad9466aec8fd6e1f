package io.rqorchestrator.scaling;

import static io.rqorchestrator.scaling.Given.MB;
import static io.rqorchestrator.scaling.Given.active;
import static org.assertj.core.api.Assertions.assertThat;

import io.rqorchestrator.scaling.Limit.Moved;
import org.junit.jupiter.api.Test;

class FreeMemoryTest {

  private final Limit limit = new FreeMemory(1000 * MB);

  @Test
  void growsAsFarAsTheHostCanSpareIt() {
    assertThat(limit.limit(6, active(4).memory(0, 50, 1100).input())).isEmpty();
    assertThat(limit.limit(7, active(4).memory(0, 50, 1100).input()))
        .contains(
            new Moved(
                6,
                Reason.Code.FREE_MEMORY,
                "min free memory 1000 MB leaves room for 2"
                    + " (available 1100 MB, next worker 50 MB)"));
  }

  @Test
  void doesNotGrowWhereThereIsTooLittleAlready() {
    assertThat(limit.limit(7, active(4).memory(0, 50, 200).input()).orElseThrow().size())
        .isEqualTo(4);
  }

  @Test
  void neverStandsInTheWayOfASmallerPool() {
    assertThat(limit.limit(1, active(4).memory(0, 50, 200).input())).isEmpty();
  }

  @Test
  void leavesGrowthAloneWhereNobodyHasLooked() {
    assertThat(limit.limit(1_000_000, active(4).input())).isEmpty();
  }
}
