/** Netty's own test suite over the channels of this module. */
@NullMarked
package io.fluxring.netty.testsuite;

import org.jspecify.annotations.NullMarked;
