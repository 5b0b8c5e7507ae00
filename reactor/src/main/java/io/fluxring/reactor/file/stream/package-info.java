/** The operators of files. Not exported: {@code RingFile} and {@code RingFiles} are their face. */
@NullMarked
package io.fluxring.reactor.file.stream;

import org.jspecify.annotations.NullMarked;
