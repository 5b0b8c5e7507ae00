/** The same echo server on the libraries that Fluxring is measured against, each in its best form. */
@NullMarked
package io.fluxring.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
