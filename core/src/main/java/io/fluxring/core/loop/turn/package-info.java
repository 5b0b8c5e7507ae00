/** Turns of work that keeps a loop's thread within the kernel for long. Not exported: only the loop uses it. */
@NullMarked
package io.fluxring.core.loop.turn;

import org.jspecify.annotations.NullMarked;
