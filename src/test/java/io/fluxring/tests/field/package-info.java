/** What users of comparable software have reported, each as a test that carries the report's id. */
@NullMarked
package io.fluxring.tests.field;

import org.jspecify.annotations.NullMarked;
