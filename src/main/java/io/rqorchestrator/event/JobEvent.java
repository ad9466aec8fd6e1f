package io.rqorchestrator.event;

import io.rqorchestrator.pool.WorkerId;
import io.rqorchestrator.wire.WireName;

/** What became of the job of a dead worker. */
public sealed interface JobEvent extends Event {

  /**
   * A worker has ended with a job in hand that no event has named before.
   *
   * @param job id of the job; empty if only the worker's own log line names it
   * @param byPool whether the pool has ended the worker, and with it the job
   */
  @WireName("job_left")
  record JobLeft(
      @WireName("worker") WorkerId worker,
      @WireName("pid") long pid,
      @WireName("job") String job,
      @WireName("by_pool") boolean byPool)
      implements JobEvent, Warning {
    @Override
    public String describe() {
      String what =
          job.isEmpty() ? "a job in hand; the last line of the worker names it" : job(job);
      return "%s (pid %d) %s with %s".formatted(worker, pid, byPool ? "was ended" : "died", what);
    }

    private static String job(String id) {
      return "job " + id + " in hand";
    }
  }

  /**
   * A job that a dead worker was handed and did not begin is at the head of its queue again.
   *
   * @param workers the workers that have ended, one of which was handed the job
   */
  @WireName("job_put_back")
  record JobPutBack(
      @WireName("job") String job,
      @WireName("queue") String queue,
      @WireName("workers") String workers)
      implements JobEvent, Warning {
    @Override
    public String describe() {
      return "job %s was handed to %s, which did not begin it: put back to the head of queue %s"
          .formatted(job, workers, queue);
    }
  }

  /**
   * A job that a dead worker may have been handed could not be put back.
   *
   * @param workers the workers that have ended, one of which may have been handed the job
   * @param why why it could not be put back
   * @param listed whether RQ itself will find the job and fail it
   */
  @WireName("job_not_put_back")
  record JobNotPutBack(
      @WireName("job") String job,
      @WireName("queue") String queue,
      @WireName("workers") String workers,
      @WireName("why") String why,
      @WireName("listed") boolean listed)
      implements JobEvent, Warning {
    @Override
    public String describe() {
      String remedy =
          listed
              ? "RQ's maintenance fails it in some minutes; then: rq requeue --queue %s %s"
              : "if no worker runs it: redis-cli LPUSH rq:queue:%s %s";
      return ("job %s of queue %s may have been handed to %s, which did not begin it, and is not put"
              + " back: %s; %s")
          .formatted(job, queue, workers, why, remedy.formatted(queue, job));
    }
  }

  /** It is not known whether a dead worker was handed a job. */
  @WireName("handed_unknown")
  record HandedUnknown(@WireName("workers") String workers, @WireName("why") String why)
      implements JobEvent, Warning {
    @Override
    public String describe() {
      return "it is not known whether %s was handed a job that it did not begin: %s"
          .formatted(workers, why);
    }
  }
}
