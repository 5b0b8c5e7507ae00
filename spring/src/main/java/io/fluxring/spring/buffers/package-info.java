/** Pieces of files as data buffers, with the errors that an application knows. */
@NullMarked
package io.fluxring.spring.buffers;

import org.jspecify.annotations.NullMarked;
