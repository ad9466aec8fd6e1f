package io.rqorchestrator.simulation;

import io.rqorchestrator.control.DroppedLines;
import io.rqorchestrator.control.PoolStatus.Identity;
import io.rqorchestrator.control.SizeOverrideStore;
import io.rqorchestrator.event.DaemonEvent;
import io.rqorchestrator.event.Event;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.pool.RestartBackoff;
import io.rqorchestrator.supervisor.Controls;
import io.rqorchestrator.supervisor.Message;
import io.rqorchestrator.supervisor.Supervisor;
import io.rqorchestrator.supervisor.SupervisorPorts;
import io.rqorchestrator.time.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Runs the real supervisor with its own loop on virtual time. Only the clocks, RQ, and the worker
 * processes are simulated.
 *
 * <p>Not simulated: the shared processor (starts and jobs take the same time however many workers
 * run), failures, and the scheduler.
 */
public final class Simulation {

  /**
   * The simulation fails if jobs remain this long after the time that one worker would need for all
   * of them.
   */
  private static final Duration PATIENCE = Duration.ofDays(1);

  private final VirtualTime time = new VirtualTime();
  private final VirtualInbox inbox = new VirtualInbox(time);
  private final List<Workload> queues;
  private final Tally tally;
  private final SimulatedRq rq;

  private Simulation(List<Workload> queues) {
    this.queues = queues;
    this.tally = new Tally(queues);
    this.rq =
        new SimulatedRq(
            time, inbox, IntStream.range(0, queues.size()).mapToObj(i -> "queue-" + i).toList());
  }

  /**
   * Simulates until every job is done.
   *
   * @param queues the workload of each queue, in priority order
   */
  public static Outcome run(SimulatedPool pool, List<Workload> queues) {
    return run(pool, queues, (at, event) -> {});
  }

  /**
   * Simulates until every job is done.
   *
   * @param queues the workload of each queue, in priority order
   * @param events receives every event; ticks count nanoseconds from 0
   */
  public static Outcome run(SimulatedPool pool, List<Workload> queues, EventSink events) {
    return new Simulation(queues).run(pool, events);
  }

  private Outcome run(SimulatedPool pool, EventSink events) {
    SupervisorPorts ports =
        new SupervisorPorts(
            time,
            inbox,
            rq,
            names -> {},
            new SimulatedProcesses(time, inbox, rq, tally, pool),
            new RestartBackoff(new SplittableRandom(0)));
    Supervisor supervisor =
        new Supervisor(
            ports, pool.rules(), controls(pool), (at, event) -> forward(events, at, event));
    for (int queue = 0; queue < queues.size(); queue++) {
      scheduleArrival(queue, 0);
    }
    Duration span = span();
    time.after(span, () -> tally.whenDone(this::end));
    Duration patience = PATIENCE.plus(pool.rules().samplingInterval().multipliedBy(10));
    time.after(span.plus(work()).plus(patience), Simulation::giveUp);
    try {
      supervisor.run();
    } catch (InterruptedException e) {
      throw new IllegalStateException("a virtual inbox never blocks", e);
    }
    return tally.outcome();
  }

  /** Controls without operator commands; the policy is always the pool's own. */
  private static Controls controls(SimulatedPool pool) {
    return new Controls(
        new Identity("", "", "simulated", 0, "", "", Instant.EPOCH),
        pool.settings(),
        SizeOverrideStore.NONE,
        settings -> Optional.empty(),
        aim -> pool.policy(),
        Optional.empty(),
        () -> DroppedLines.NONE);
  }

  /** Schedules one arrival of a queue, which schedules the next in turn. */
  private void scheduleArrival(int queue, int index) {
    List<Job> jobs = queues.get(queue).jobs();
    if (index < jobs.size()) {
      Job job = jobs.get(index);
      JobRun run = new JobRun(queue, index, job.arrival().toNanos(), job.length().toNanos());
      time.at(
          run.arrival(),
          () -> {
            rq.enqueue(run);
            scheduleArrival(queue, index + 1);
          });
    }
  }

  private Duration span() {
    return queues.stream().map(Workload::span).max(Duration::compareTo).orElse(Duration.ZERO);
  }

  /** The time that a single worker would need for all jobs. */
  private Duration work() {
    return queues.stream().map(Workload::work).reduce(Duration.ZERO, Duration::plus);
  }

  private void end() {
    tally.close(time.nanos());
    inbox.post(new Message.StopRequest("end of the workload"));
  }

  private static void giveUp() {
    throw new IllegalStateException("jobs remain, and the policy starts no worker for them");
  }

  /**
   * Forwards events up to the end of the simulation. A daemon survives an error in a turn; a
   * simulation must not, because its result would be wrong.
   */
  private void forward(EventSink events, Tick at, Event event) {
    if (event instanceof DaemonEvent.TickFailed failed) {
      throw new IllegalStateException(failed.problem());
    }
    if (!tally.isClosed()) {
      events.accept(at, event);
    }
  }
}
