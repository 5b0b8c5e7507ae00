/** Files as publishers: {@link io.fluxring.reactor.file.RingFiles} and {@link io.fluxring.reactor.file.RingFile}. */
@NullMarked
package io.fluxring.reactor.file;

import org.jspecify.annotations.NullMarked;
