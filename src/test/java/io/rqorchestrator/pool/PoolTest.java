package io.rqorchestrator.pool;

import static io.rqorchestrator.pool.Workers.busy;
import static io.rqorchestrator.pool.Workers.core;
import static io.rqorchestrator.pool.Workers.draining;
import static io.rqorchestrator.pool.Workers.idle;
import static io.rqorchestrator.pool.Workers.outdated;
import static io.rqorchestrator.pool.Workers.starting;
import static io.rqorchestrator.pool.Workers.straggler;
import static io.rqorchestrator.time.Ticks.at;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PoolTest {

  private static final Vacancy SOON = new Vacancy(1, at(5), Optional.empty());
  private static final Vacancy LATER = new Vacancy(2, at(9), Optional.empty());

  private final Pool pool =
      new Pool(
          List.of(core(idle(1)), busy(2), starting(3), draining(4, DrainStep.ASKED, 2)),
          List.of(SOON));

  @Test
  void startingWorkersAreActiveAndDrainingOnesAreNot() {
    assertThat(pool.active()).isEqualTo(3);
    assertThat(pool.active(Role.CORE)).isEqualTo(1);
    assertThat(pool.active(Role.ELASTIC)).isEqualTo(2);
  }

  @Test
  void drainingWorkersAreLive() {
    assertThat(pool.live()).isEqualTo(4);
  }

  @Test
  void placesAreActiveWorkersAndVacancies() {
    assertThat(pool.places()).isEqualTo(4);
    assertThat(pool.with(LATER).places()).isEqualTo(5);
  }

  @Test
  void busyAreThoseWithAJobDrainingOrNot() {
    assertThat(pool.busy()).isEqualTo(2);
  }

  @Test
  void stragglersOfARestartDoNotCountAgainstMax() {
    Pool replacing =
        pool.with(straggler(5, DrainReason.RESTART))
            .with(straggler(6, DrainReason.RECYCLE))
            .with(straggler(7, DrainReason.UNRESPONSIVE));

    assertThat(replacing.live()).isEqualTo(7);
    assertThat(replacing.countedAgainstMax()).isEqualTo(6);
  }

  @Test
  void outdatedAreActiveWorkersThatAreToBeReplaced() {
    Worker leaving = outdated(idle(6)).draining(DrainReason.RESTART, DrainStep.ASKED, at(3));

    assertThat(pool.with(outdated(idle(5))).with(leaving).outdated())
        .containsExactly(outdated(idle(5)));
  }

  @Test
  void findsByNumber() {
    assertThat(pool.find(new WorkerId(2))).contains(busy(2));
    assertThat(pool.find(new WorkerId(5))).isEmpty();
  }

  @Test
  void aNewWorkerComesLast() {
    assertThat(pool.with(idle(5)).workers()).endsWith(idle(5)).hasSize(5);
  }

  @Test
  void aChangedWorkerKeepsItsPlace() {
    Pool changed = pool.with(idle(2));

    assertThat(changed.workers()).hasSize(4).element(1).isEqualTo(idle(2));
    assertThat(changed.vacancies()).containsExactly(SOON);
    assertThat(pool.workers()).element(1).isEqualTo(busy(2));
  }

  @Test
  void losesAWorkerByNumber() {
    assertThat(pool.without(new WorkerId(2)).workers())
        .extracting(Worker::id)
        .extracting(WorkerId::number)
        .containsExactly(1, 3, 4);
  }

  @Test
  void losesOneOfTwoEqualVacancies() {
    Pool two = pool.with(LATER).with(SOON);

    assertThat(two.without(SOON).vacancies()).containsExactly(LATER, SOON);
  }

  @Test
  void keepsWhatItWasGiven() {
    List<Worker> workers = new ArrayList<>(List.of(idle(1)));
    Pool given = new Pool(workers, List.of());
    workers.clear();

    assertThat(given.live()).isEqualTo(1);
  }
}
