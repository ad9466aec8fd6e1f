package io.rqorchestrator.web;

/** Creates daemon threads, which do not keep the program from ending. */
final class Daemons {

  private Daemons() {}

  static Thread thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
