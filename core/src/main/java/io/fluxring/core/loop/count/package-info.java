/** Counting on a loop's thread, for the loop and for what runs on it in this module. Not exported: users read. */
@NullMarked
package io.fluxring.core.loop.count;

import org.jspecify.annotations.NullMarked;
