package io.rqorchestrator.supervisor;

import io.rqorchestrator.measure.BusyLedger;

/**
 * The measured work of the pool's workers.
 *
 * @param busy how long each worker was busy
 * @param jobs how long jobs waited and took
 */
record Ledgers(BusyLedger busy, JobTally jobs) {}
