/** The Reactive Streams TCK, for each publisher. */
@NullMarked
package io.fluxring.tests.conformance;

import org.jspecify.annotations.NullMarked;
