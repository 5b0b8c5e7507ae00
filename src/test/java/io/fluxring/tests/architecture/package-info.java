/** Rules of the architecture that a compiler can't check. */
@NullMarked
package io.fluxring.tests.architecture;

import org.jspecify.annotations.NullMarked;
