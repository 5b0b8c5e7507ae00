/** Clients of HTTP servers, each a process of its own: one that asks at a fixed rate, others that pull and push files. */
@NullMarked
package io.fluxring.benchmarks.http;

import org.jspecify.annotations.NullMarked;
