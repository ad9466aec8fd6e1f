package io.rqorchestrator.process;

/**
 * How processes are started on this host, and whether there is room for one more.
 *
 * @param spawner starts a process
 * @param room counts the processes that the host's limits still allow
 */
record ProcessHost(Spawner spawner, ProcessRoom room) {

  /** The host that this process runs on. */
  static ProcessHost ofThisProcess() {
    return new ProcessHost(Spawner::whereThereIsRoom, ProcessRoom.ofThisProcess());
  }
}
