/**
 * What the real kernel does, one behaviour a test: each operation and each register operation is shown here, and the table of
 * the kernel's coverage is made from these tests' annotations.
 */
@NullMarked
package io.fluxring.core.kernel;

import org.jspecify.annotations.NullMarked;
