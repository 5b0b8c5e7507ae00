/**
 * What can be registered with a ring, one class for each kind. Each is made from its ring's
 * {@link io.fluxring.core.ring.Ring#handle} and may be made anew for each use.
 *
 * <p>Everything here belongs to the one thread that enabled the ring, unless a method says otherwise.
 */
@NullMarked
package io.fluxring.core.register;

import org.jspecify.annotations.NullMarked;
