/** The event loops of an application, and the ring's own loop under the one that runs. */
@NullMarked
package io.fluxring.spring.loops;

import org.jspecify.annotations.NullMarked;
