/** Edge: the command line. Each command turns its options into settings and hands them on. */
@NullMarked
package io.rqorchestrator.cli;

import org.jspecify.annotations.NullMarked;
