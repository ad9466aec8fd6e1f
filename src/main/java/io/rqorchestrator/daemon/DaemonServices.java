package io.rqorchestrator.daemon;

import io.rqorchestrator.control.DroppedLines;
import io.rqorchestrator.control.PoolStatus;
import io.rqorchestrator.event.EventSink;
import io.rqorchestrator.time.TickSource;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What a daemon does for its pools.
 *
 * @param ticks the clocks
 * @param events takes all that happens: log, history, history file
 * @param files writes files
 * @param runtimeDirectory where the worker host is unpacked
 * @param afterTurn takes the status after each turn of a supervisor's loop; must not block
 * @param dropped lines of log and history file that were dropped so far; must not block
 * @param version the program's version
 */
record DaemonServices(
    TickSource ticks,
    EventSink events,
    Executor files,
    Path runtimeDirectory,
    Consumer<PoolStatus> afterTurn,
    Supplier<DroppedLines> dropped,
    String version) {}
