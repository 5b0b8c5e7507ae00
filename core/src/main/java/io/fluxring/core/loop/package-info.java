/**
 * The loop: one thread, one ring, and everything that is in flight on it. {@link io.fluxring.core.loop.RingLoop#tick} prepares,
 * submits, waits and dispatches, with one enter; it can be called by a thread of the loop's own or by a foreign loop.
 */
@NullMarked
package io.fluxring.core.loop;

import org.jspecify.annotations.NullMarked;
