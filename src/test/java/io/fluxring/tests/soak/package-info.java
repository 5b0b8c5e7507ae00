/** Millions of operations of mixed kinds on one ring, with a ledger of what must come back. */
@NullMarked
package io.fluxring.tests.soak;

import org.jspecify.annotations.NullMarked;
