package io.rqorchestrator.plot;

/**
 * A point of a line.
 *
 * @param x where on the shared axis, such as seconds from the picture's beginning
 * @param value how high
 */
record Point(double x, double value) {}
