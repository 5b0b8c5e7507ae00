/** Beginnings and ends: connections that close, break or are never wanted; rings that are disposed of under load. */
@NullMarked
package io.fluxring.tests.life;

import org.jspecify.annotations.NullMarked;
