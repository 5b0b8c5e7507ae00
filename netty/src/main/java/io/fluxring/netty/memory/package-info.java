/** The ring's buffers as Netty's, and Netty's as memory that the kernel can read. */
@NullMarked
package io.fluxring.netty.memory;

import org.jspecify.annotations.NullMarked;
