/** Receiving and sending under demand: nothing is lost, nothing leaks, whoever cancels when. */
@NullMarked
package io.fluxring.tests.demand;

import org.jspecify.annotations.NullMarked;
