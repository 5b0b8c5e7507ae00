/**
 * System calls and the kernel's binary interface: the only package that links native functions.
 *
 * <p>Nothing here throws for a refused call: the result is {@code >= 0}, or the negated errno.
 */
@NullMarked
package io.fluxring.core.sys;

import org.jspecify.annotations.NullMarked;
