package io.rqorchestrator.web;

/** A page of the server. */
@FunctionalInterface
interface Page {

  /** Answers a request; never blocks. */
  PageResponse answer(PageRequest request);
}
