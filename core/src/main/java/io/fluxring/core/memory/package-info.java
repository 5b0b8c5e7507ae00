/**
 * Memory that is lent to the kernel and to subscribers. Each piece has one owner at every moment: the kernel from the publish of
 * a buffer to the completion that names it, the holder of a {@link io.fluxring.core.memory.BufferLease} from then until its
 * release, and the pool in between.
 */
@NullMarked
package io.fluxring.core.memory;

import org.jspecify.annotations.NullMarked;
