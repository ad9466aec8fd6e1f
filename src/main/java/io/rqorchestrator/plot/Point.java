package io.rqorchestrator.plot;

/**
 * A point of a line.
 *
 * @param x position on the shared axis, such as seconds from the picture's beginning
 * @param value height
 */
record Point(double x, double value) {}
