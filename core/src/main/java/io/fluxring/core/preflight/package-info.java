/**
 * Whether rings can be had on this machine: {@link io.fluxring.core.preflight.Preflight} looks at all that a start depends on.
 */
@NullMarked
package io.fluxring.core.preflight;

import org.jspecify.annotations.NullMarked;
