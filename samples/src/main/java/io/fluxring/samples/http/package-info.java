/** An HTTP server of Reactor Netty, on a ring or on any other transport. */
@NullMarked
package io.fluxring.samples.http;

import org.jspecify.annotations.NullMarked;
