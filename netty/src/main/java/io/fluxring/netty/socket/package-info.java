/** Descriptors of sockets: whose they are, their addresses, and what goes wrong with them. */
@NullMarked
package io.fluxring.netty.socket;

import org.jspecify.annotations.NullMarked;
