/**
 * What the kernel reads or writes, by the offsets of its fields. A test compares them with the kernel's own headers.
 */
@NullMarked
package io.fluxring.core.sys.layout;

import org.jspecify.annotations.NullMarked;
