/** What holds for every input. */
@NullMarked
package io.fluxring.tests.properties;

import org.jspecify.annotations.NullMarked;
