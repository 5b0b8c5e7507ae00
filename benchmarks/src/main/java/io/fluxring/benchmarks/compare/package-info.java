/** The comparisons: which programs take part, how they are started and pinned, what is read from them and reported. */
@NullMarked
package io.fluxring.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
