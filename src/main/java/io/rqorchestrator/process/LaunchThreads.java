package io.rqorchestrator.process;

import java.util.concurrent.Executor;

/**
 * Threads for what may take its time, so that the supervisor's loop waits for none of it. Each does
 * one piece of work after the other.
 *
 * @param starts starts processes and talks to fork servers
 * @param looks reads {@code /proc}: memory, and what earlier daemons and dead workers have left
 * @param files writes files
 */
public record LaunchThreads(Executor starts, Executor looks, Executor files) {}
