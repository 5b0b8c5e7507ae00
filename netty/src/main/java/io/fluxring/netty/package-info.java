/**
 * Netty's sockets on a ring: an I/O handler for Netty's event loops, and the channels that register with it.
 *
 * <p>The protocols of a socket, what is received under which demand and what is sent in which order, are those of
 * {@code io.fluxring.core.net}; the channels translate them into Netty's events.
 */
@NullMarked
package io.fluxring.netty;

import org.jspecify.annotations.NullMarked;
