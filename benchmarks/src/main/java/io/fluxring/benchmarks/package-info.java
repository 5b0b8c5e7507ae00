/** Whole-program comparisons; {@code benchmarks/run} starts them. */
@NullMarked
package io.fluxring.benchmarks;

import org.jspecify.annotations.NullMarked;
