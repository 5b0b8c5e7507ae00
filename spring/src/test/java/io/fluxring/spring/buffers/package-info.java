/** Pieces of files as data buffers. */
@NullMarked
package io.fluxring.spring.buffers;

import org.jspecify.annotations.NullMarked;
