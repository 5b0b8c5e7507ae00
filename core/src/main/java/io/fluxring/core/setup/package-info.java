/**
 * What a ring is to be: {@link io.fluxring.core.setup.RingConfig}, its choices and the rules between them, and the exception
 * that says why there is none.
 */
@NullMarked
package io.fluxring.core.setup;

import org.jspecify.annotations.NullMarked;
