/** Turns readings of workers into load: how busy the workers were in a sliding window. Pure. */
@NullMarked
package io.rqorchestrator.measure;

import org.jspecify.annotations.NullMarked;
