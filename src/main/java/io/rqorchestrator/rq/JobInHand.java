package io.rqorchestrator.rq;

/**
 * What a worker's keys say at one moment of the job that it holds.
 *
 * @param busy whether it holds one
 * @param id the job's id; empty if it holds none, or has not said which
 */
public record JobInHand(boolean busy, String id) {

  /** It holds none. */
  public static final JobInHand NONE = new JobInHand(false, "");
}
