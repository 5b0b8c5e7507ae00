/** What an operation and a message cost in objects. */
@NullMarked
package io.fluxring.tests.allocation;

import org.jspecify.annotations.NullMarked;
