/**
 * Blocks for what operations point to besides their data. Exported to Fluxring's own modules only: nothing but checked mode keeps a
 * block that is given back too early, or twice, from two operations.
 */
@NullMarked
package io.fluxring.core.memory.scratch;

import org.jspecify.annotations.NullMarked;
