/**
 * One io_uring instance: its set-up, the memory it shares with the kernel, and its two queues.
 *
 * <p>Everything here belongs to the one thread that enabled the ring, unless a method says otherwise.
 */
@NullMarked
package io.fluxring.core.ring;

import org.jspecify.annotations.NullMarked;
