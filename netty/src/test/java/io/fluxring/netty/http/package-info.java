/** Reactor Netty on the ring, through its public API alone. */
@NullMarked
package io.fluxring.netty.http;

import org.jspecify.annotations.NullMarked;
