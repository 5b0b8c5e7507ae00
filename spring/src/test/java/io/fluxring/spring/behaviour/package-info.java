/** What WebFlux does on any transport, with server and client both on the ring. */
@NullMarked
package io.fluxring.spring.behaviour;

import org.jspecify.annotations.NullMarked;
