/** The published API: what is written down of it, and that nothing of it changes unnoticed. */
@NullMarked
package io.fluxring.tests.api;

import org.jspecify.annotations.NullMarked;
