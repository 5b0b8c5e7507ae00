/**
 * The calls into the kernel, and views of the memory that they give: with a wrong descriptor or address they harm the whole process,
 * so they are exported to Fluxring's own modules only. The only package that links native functions.
 *
 * <p>Nothing here throws for a refused call: the result is {@code >= 0}, or the negated errno.
 */
@NullMarked
package io.fluxring.core.sys.call;

import org.jspecify.annotations.NullMarked;
