package io.rqorchestrator.supervisor;

import io.rqorchestrator.measure.BusyLedger;

/**
 * The accounts of what the pool's workers have done.
 *
 * @param busy how long each was busy
 * @param jobs what their jobs waited and took
 */
record Ledgers(BusyLedger busy, JobTally jobs) {}
