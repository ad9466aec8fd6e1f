package io.rqorchestrator.process;

import java.util.concurrent.Executor;

/**
 * Threads for work that may take time, so that the supervisor's loop does not wait for it. Each
 * thread does one piece of work after the other.
 *
 * @param starts starts processes and talks to fork servers
 * @param looks reads {@code /proc}: memory, and processes that earlier daemons and dead workers
 *     have left
 * @param files writes files
 */
public record LaunchThreads(Executor starts, Executor looks, Executor files) {}
