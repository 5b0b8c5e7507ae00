/**
 * {@code cat}, {@code grep}, {@code sum} and {@code copy}: streams of files, with the status and the messages that a Unix user expects.
 */
@NullMarked
package io.fluxring.samples.files;

import org.jspecify.annotations.NullMarked;
