/**
 * Submission entries: {@link io.fluxring.core.entry.Sqe}, its families of {@code prep} methods, and what they are given.
 *
 * <p>An entry belongs to the thread of its queue.
 */
@NullMarked
package io.fluxring.core.entry;

import org.jspecify.annotations.NullMarked;
