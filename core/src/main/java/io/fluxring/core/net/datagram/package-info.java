/**
 * Datagram sockets on a loop: what is received under demand, and what is sent, behind handlers without the types of any framework.
 *
 * <p>Everything belongs to the loop's thread.
 */
@NullMarked
package io.fluxring.core.net.datagram;

import org.jspecify.annotations.NullMarked;
