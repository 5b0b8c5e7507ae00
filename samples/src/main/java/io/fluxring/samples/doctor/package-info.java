/**
 * Tells whether io_uring works here, and if not, why and what to do: {@link io.fluxring.core.preflight.Preflight} for a reader.
 */
@NullMarked
package io.fluxring.samples.doctor;

import org.jspecify.annotations.NullMarked;
