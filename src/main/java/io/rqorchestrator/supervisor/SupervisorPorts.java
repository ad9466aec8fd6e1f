package io.rqorchestrator.supervisor;

import io.rqorchestrator.pool.RestartBackoff;
import io.rqorchestrator.pool.WorkerProcesses;
import io.rqorchestrator.rq.RqRecords;
import io.rqorchestrator.rq.RqView;
import io.rqorchestrator.time.TickSource;

/**
 * The ports of a supervisor: clocks, messages, Redis and processes.
 *
 * @param ticks the clocks
 * @param inbox the messages for the supervisor
 * @param rq reads RQ's state and puts jobs back
 * @param records removes the records of dead workers
 * @param processes starts, finds and signals worker processes
 * @param backoff how long a place waits after a failure; random
 */
public record SupervisorPorts(
    TickSource ticks,
    Inbox inbox,
    RqView rq,
    RqRecords records,
    WorkerProcesses processes,
    RestartBackoff backoff) {}
