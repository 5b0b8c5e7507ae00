/** Datagram channels: reads and writes, changes of the loop, multicast. */
@NullMarked
package io.fluxring.netty.datagram;

import org.jspecify.annotations.NullMarked;
