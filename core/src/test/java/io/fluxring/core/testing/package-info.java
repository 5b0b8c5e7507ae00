/** What tests of all modules need: to wait for a condition, and to count what a process holds. */
@NullMarked
package io.fluxring.core.testing;

import org.jspecify.annotations.NullMarked;
