package io.rqorchestrator.process;

import com.google.gson.annotations.SerializedName;
import io.rqorchestrator.pool.WorkerId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One fork server. Requests for workers do not wait for an answer: the result is reported to the
 * listener later.
 */
interface ForkServer {

  /** Takes the reports on the server and its workers. */
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
     * The server is dead. This is its last report.
     *
     * @param problem why
     * @param unborn requested workers that will have no process
     * @param reparented workers that live on
     */
    void gone(
        ForkServer server, String problem, List<WorkerId> unborn, Map<Long, WorkerId> reparented);
  }

  /** One line to the server: the request for a worker. */
  record ForkRequest(
      @SerializedName("id") String id,
      @SerializedName("mark") String mark,
      @SerializedName("token") String token,
      @SerializedName("argv") List<String> argv) {}

  /** Its process. */
  long pid();

  /** Whether it has imported everything. */
  boolean isReady();

  /** Whether the server has workers, or requests for workers. */
  boolean isNeeded();

  /** The request that the server has not answered yet: the same object until it is answered. */
  Optional<Object> unanswered();

  /** Asks for a sign of life, because only the server can report the exits of its workers. */
  void ping();

  /**
   * Requests a worker.
   *
   * @return whether there will be an answer; false if the server is dead
   */
  boolean ask(WorkerId worker, ForkRequest request);

  /** Withdraws a request, unless it was sent already. */
  boolean withdraw(WorkerId worker);

  /** Ends it; its workers live on. */
  void end();

  /** Ends it for a reason. */
  void end(String why);

  /** Ends it, and returns once its process has ended. */
  void endAndWait();
}
