/** What the starter adds to an application, and on which conditions. */
@NullMarked
package io.fluxring.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
