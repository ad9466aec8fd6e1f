package io.rqorchestrator.scaling;

/**
 * The size a policy wants, before bounds and guards apply.
 *
 * @param size number of active workers, 0 or more
 * @param code the kind of reason
 * @param what the reason in a few words
 * @param numbers the measurements behind it
 */
record Want(int size, Reason.Code code, String what, String numbers) {}
