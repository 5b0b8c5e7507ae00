/** A file drop: a Spring WebFlux application that runs on the ring because the starter is on its class path. */
@NullMarked
package io.fluxring.samples.webflux;

import org.jspecify.annotations.NullMarked;
