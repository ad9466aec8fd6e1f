package io.rqorchestrator.web;

/** Something that can be asked for. */
@FunctionalInterface
interface Page {

  /** Answers; never blocks. */
  PageResponse answer(PageRequest request);
}
