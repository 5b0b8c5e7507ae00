/** Reactor's conventions, as its users rely on them. */
@NullMarked
package io.fluxring.tests.manners;

import org.jspecify.annotations.NullMarked;
