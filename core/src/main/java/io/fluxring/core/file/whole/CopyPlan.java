package io.fluxring.core.file.whole;

import io.fluxring.core.file.WritePlan;

/**
 * What a {@link FileCopy} makes of its target.
 *
 * @param replace whether the contents of a file that is there are replaced; otherwise it is an error
 * @param permissions whether the target gets the source's permissions exactly; a new file has them less the process's mask anyway
 * @param times whether the target gets the source's times of access and change
 * @param holes whether what the source has no blocks for has none in the target
 * @param sync what is made durable; with all but {@code NONE}, the name of a new file too
 */
public record CopyPlan(boolean replace, boolean permissions, boolean times, boolean holes, WritePlan.Sync sync) {}
