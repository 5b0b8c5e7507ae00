/** Files as Spring's data buffers, read and written by the ring. */
@NullMarked
package io.fluxring.spring.file;

import org.jspecify.annotations.NullMarked;
