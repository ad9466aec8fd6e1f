package io.rqorchestrator.rq;

import java.util.Set;

/** The port through which samples are asked for. The answer comes later, as a message. */
public interface RqView {

  /**
   * Asks for a sample. Never blocks; a request made while an earlier one is still unanswered is
   * dropped, so that a hung Redis cannot pile up work.
   *
   * @param workerNames workers to read even if RQ's own set of workers does not list them
   */
  void requestSample(Set<String> workerNames);
}
