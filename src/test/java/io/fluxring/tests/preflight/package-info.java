/** Each reason why a ring can't start, provoked for real in a process of its own. */
@NullMarked
package io.fluxring.tests.preflight;

import org.jspecify.annotations.NullMarked;
