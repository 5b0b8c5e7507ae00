/** Bytes that arrive in pieces, as texts and as lines. Not exported. */
@NullMarked
package io.fluxring.reactor.text;

import org.jspecify.annotations.NullMarked;
