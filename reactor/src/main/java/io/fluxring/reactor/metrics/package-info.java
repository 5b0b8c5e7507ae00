/** A ring's figures as Micrometer's meters. Needs {@code io.micrometer:micrometer-core}, which is an optional dependency. */
@NullMarked
package io.fluxring.reactor.metrics;

import org.jspecify.annotations.NullMarked;
