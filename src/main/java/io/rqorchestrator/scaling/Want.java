package io.rqorchestrator.scaling;

/**
 * The size a policy wants, whatever bounds and guards make of it.
 *
 * @param size number of active workers, 0 or more
 * @param code the kind of reason
 * @param what the reason in a few words
 * @param numbers what it was measured by
 */
record Want(int size, Reason.Code code, String what, String numbers) {}
