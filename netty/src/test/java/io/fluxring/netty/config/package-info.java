/** Options of channels and of their sockets, on real ones. */
@NullMarked
package io.fluxring.netty.config;

import org.jspecify.annotations.NullMarked;
