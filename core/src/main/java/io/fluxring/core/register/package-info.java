/**
 * What can be registered with a ring, one class for each kind. Each is made from the
 * {@link io.fluxring.core.ring.RingHandle} of its ring and may be made anew for each use.
 *
 * <p>Everything here belongs to the one thread that enabled the ring, unless a method says otherwise.
 */
@NullMarked
package io.fluxring.core.register;

import org.jspecify.annotations.NullMarked;
