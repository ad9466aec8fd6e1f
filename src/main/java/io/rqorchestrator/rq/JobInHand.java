package io.rqorchestrator.rq;

/**
 * The job that a worker holds at one moment, as its keys show.
 *
 * @param busy whether the worker holds a job
 * @param id the job's id; empty if the worker holds no job or its keys do not name it
 */
public record JobInHand(boolean busy, String id) {

  /** The worker holds no job. */
  public static final JobInHand NONE = new JobInHand(false, "");
}
