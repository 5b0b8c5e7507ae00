/**
 * What the loop does with the memory that it owns. Who makes a pool or a table gets these, everyone else what they are made for.
 * Not exported: a user who took memory back or ended a pool would do it under the loop's feet.
 */
@NullMarked
package io.fluxring.core.memory.owner;

import org.jspecify.annotations.NullMarked;
