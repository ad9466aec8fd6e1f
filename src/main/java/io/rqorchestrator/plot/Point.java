package io.rqorchestrator.plot;

/**
 * A value at a time.
 *
 * @param seconds from the picture's beginning
 * @param value the value
 */
public record Point(double seconds, double value) {}
