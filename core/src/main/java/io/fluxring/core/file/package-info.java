/**
 * Files as state machines: a {@link io.fluxring.core.file.FileOpening} makes an {@link io.fluxring.core.file.OpenFile}, which is read by a
 * {@link io.fluxring.core.file.FileReader} and written by a {@link io.fluxring.core.file.FileWriter}, each with several operations in
 * the ring at a time.
 *
 * <p>Each machine asks its handler what it may do ({@code demand}) and reports what came ({@code received}, {@code ended}). Handlers are
 * called on the loop's thread and speak in primitives: results are byte counts or negated errnos. What adapts them to publishers or
 * channels stands in other modules and decides nothing of it.
 */
@NullMarked
package io.fluxring.core.file;

import org.jspecify.annotations.NullMarked;
