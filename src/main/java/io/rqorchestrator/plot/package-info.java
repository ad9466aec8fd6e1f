/** Pictures as SVG, without AWT. */
@NullMarked
package io.rqorchestrator.plot;

import org.jspecify.annotations.NullMarked;
