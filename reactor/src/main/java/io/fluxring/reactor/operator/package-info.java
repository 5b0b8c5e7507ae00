/** What the operators share. Not exported. */
@NullMarked
package io.fluxring.reactor.operator;

import org.jspecify.annotations.NullMarked;
