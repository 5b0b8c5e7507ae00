/**
 * Stream sockets: {@link io.fluxring.reactor.net.StreamSockets} listens and connects, {@link
 * io.fluxring.reactor.net.Listener} accepts, {@link io.fluxring.reactor.net.Connection} receives and sends.
 */
@NullMarked
package io.fluxring.reactor.net;

import org.jspecify.annotations.NullMarked;
