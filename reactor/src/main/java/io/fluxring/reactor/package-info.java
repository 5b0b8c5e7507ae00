/** A ring as publishers: {@link io.fluxring.reactor.ReactiveRing} is the way in. */
@NullMarked
package io.fluxring.reactor;

import org.jspecify.annotations.NullMarked;
