/** What the tests of the memory orderings share. The tests themselves stand in the packages that they look into. */
package io.fluxring.core.stress;
