/**
 * Files as wholes: a {@link io.fluxring.core.file.whole.FileCopy} copies one to another, a {@link
 * io.fluxring.core.file.whole.FileReplacement} replaces the contents of one at once. What of it may wait for a device and is no operation of
 * the ring is done off the loop.
 */
@NullMarked
package io.fluxring.core.file.whole;

import org.jspecify.annotations.NullMarked;
