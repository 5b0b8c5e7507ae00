/**
 * The kernel's binary interface: its numbers and flags by name, socket addresses, and access to shared memory in a known order. The
 * calls stand in {@code call}, what they take in {@code layout}.
 */
@NullMarked
package io.fluxring.core.sys;

import org.jspecify.annotations.NullMarked;
