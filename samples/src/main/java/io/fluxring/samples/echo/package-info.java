/** An echo server: {@link io.fluxring.samples.echo.EchoServer} is all of it, the rest is its command line. */
@NullMarked
package io.fluxring.samples.echo;

import org.jspecify.annotations.NullMarked;
