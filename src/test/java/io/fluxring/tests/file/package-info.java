/** Files on the real kernel, through the reactive layer. */
@NullMarked
package io.fluxring.tests.file;

import org.jspecify.annotations.NullMarked;
