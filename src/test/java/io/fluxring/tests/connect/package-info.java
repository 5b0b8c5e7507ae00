/** Connections that the ring makes itself. */
@NullMarked
package io.fluxring.tests.connect;

import org.jspecify.annotations.NullMarked;
