/** What a test reads of the log. */
@NullMarked
package io.fluxring.core.log;

import org.jspecify.annotations.NullMarked;
