/** The launcher of the samples: {@code samples/run SAMPLE}. */
@NullMarked
package io.fluxring.samples;

import org.jspecify.annotations.NullMarked;
