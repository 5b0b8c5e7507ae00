/**
 * What the ring itself and its registrations have in common: by what number the kernel knows a ring, and what ends with it. Not
 * exported: to others a handle is something to make registrations from, and no more.
 */
@NullMarked
package io.fluxring.core.ring.handle;

import org.jspecify.annotations.NullMarked;
