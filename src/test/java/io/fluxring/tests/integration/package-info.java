/** What other libraries make of a ring, where they are there. */
@NullMarked
package io.fluxring.tests.integration;

import org.jspecify.annotations.NullMarked;
