package io.rqorchestrator.process;

import com.google.gson.annotations.SerializedName;
import io.rqorchestrator.pool.WorkerId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One fork server. It is asked for workers, and tells its listener later what became of them:
 * nobody waits for an answer.
 */
interface ForkServer {

  /** Told what becomes of the server and its workers. */
  interface ForkListener {

    /** It has imported everything. */
    void preloaded(ForkServer server, double seconds);

    /** A worker was forked. */
    void forked(WorkerId worker, long pid);

    /** A worker could not be forked. */
    void launchFailed(WorkerId worker, String problem);

    /**
     * A worker has ended.
     *
     * @param exitCode its exit code, 128 + signal if a signal ended it
     */
    void exited(WorkerId worker, long pid, int exitCode);

    /**
     * It is dead, and tells nothing more.
     *
     * @param problem why
     * @param unborn workers that it was asked for and that will never be
     * @param orphans workers that live on
     */
    void gone(
        ForkServer server, String problem, List<WorkerId> unborn, Map<Long, WorkerId> orphans);
  }

  /** One line to the server, which asks for a worker. */
  record ForkRequest(
      @SerializedName("id") String id,
      @SerializedName("mark") String mark,
      @SerializedName("token") String token,
      @SerializedName("argv") List<String> argv) {}

  /** Its process. */
  long pid();

  /** Whether it has imported everything. */
  boolean isReady();

  /** Whether a worker of it lives, or is still to come. */
  boolean isNeeded();

  /** What it was asked and has not answered: the same object until it has. */
  Optional<Object> unanswered();

  /** Asks whether it is there: of the ends of its workers, nobody but itself can tell. */
  void ping();

  /**
   * Asks for a worker.
   *
   * @return whether there will be an answer; not if the server is gone
   */
  boolean ask(WorkerId worker, ForkRequest request);

  /** Takes a request back, unless it was sent already. */
  boolean withdraw(WorkerId worker);

  /** Ends it; its workers live on. */
  void end();

  /** Ends it for a reason. */
  void end(String why);

  /** Ends it, and returns once its process is no more. */
  void endAndWait();
}
