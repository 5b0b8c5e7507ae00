/** The samples as a user starts them. */
@NullMarked
package io.fluxring.tests.commandline;

import org.jspecify.annotations.NullMarked;
