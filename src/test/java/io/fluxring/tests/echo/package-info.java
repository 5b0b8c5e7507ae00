/** The echo server end to end: every byte comes back in order, whatever the clients do. */
@NullMarked
package io.fluxring.tests.echo;

import org.jspecify.annotations.NullMarked;
