/** The ring as Reactor Netty's loop resources, so that its servers and clients run on it unchanged. */
@NullMarked
package io.fluxring.netty.reactor;

import org.jspecify.annotations.NullMarked;
