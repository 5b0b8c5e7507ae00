/**
 * Sockets as state machines, one a direction: {@link io.fluxring.core.net.Acceptor} and
 * {@link io.fluxring.core.net.Connector} make connections, a {@link io.fluxring.core.net.StreamSocket} has a
 * {@link io.fluxring.core.net.Receiver} and a {@link io.fluxring.core.net.Sender}.
 *
 * <p>Each machine asks its handler what it may do ({@code demand}) and reports what came ({@code received}, {@code ended}).
 * Handlers are called on the loop's thread and speak in primitives: results are byte counts or negated errnos. What adapts them
 * to publishers or channels stands in other modules and decides nothing of the protocol.
 */
@NullMarked
package io.fluxring.core.net;

import org.jspecify.annotations.NullMarked;
