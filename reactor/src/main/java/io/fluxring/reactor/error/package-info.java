/** What goes wrong, by what can be done about it. */
@NullMarked
package io.fluxring.reactor.error;

import org.jspecify.annotations.NullMarked;
