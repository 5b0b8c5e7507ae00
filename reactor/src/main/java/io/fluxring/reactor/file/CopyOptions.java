package io.fluxring.reactor.file;

import io.fluxring.core.file.whole.CopyPlan;

/**
 * What a copy makes of its target. Immutable; start from {@link #defaults()}.
 *
 * @param replaces whether a file that is there gets the contents of the source, in place; otherwise the copy fails with a {@link
 *     io.fluxring.reactor.error.ConflictException}
 * @param keepsPermissions whether the target gets the source's permissions exactly; a new file has them less the process's mask anyway
 * @param keepsTimes whether the target gets the source's times of access and change
 * @param keepsHoles whether what the source has no blocks for has none in the target
 * @param durability what is on the device at the end; with all but {@link Durability#NONE}, the name of a new file too. {@link
 *     Durability#EACH_WRITE} is as {@link Durability#DATA}.
 */
public record CopyOptions(
        boolean replaces, boolean keepsPermissions, boolean keepsTimes, boolean keepsHoles, Durability durability) {
    private static final CopyOptions DEFAULTS = new CopyOptions(false, false, false, true, Durability.NONE);

    /** {@return to a new file, with the source's holes and with neither its times nor its exact permissions, nothing made durable} */
    public static CopyOptions defaults() {
        return DEFAULTS;
    }

    /**
     * {@return these options with or without the contents of a file that is there being replaced}
     *
     * @param replaced whether they are
     */
    public CopyOptions withReplacing(boolean replaced) {
        return new CopyOptions(replaced, keepsPermissions, keepsTimes, keepsHoles, durability);
    }

    /**
     * {@return these options with or without the source's permissions}
     *
     * @param kept whether the target gets them
     */
    public CopyOptions withPermissions(boolean kept) {
        return new CopyOptions(replaces, kept, keepsTimes, keepsHoles, durability);
    }

    /**
     * {@return these options with or without the source's times}
     *
     * @param kept whether the target gets them
     */
    public CopyOptions withTimes(boolean kept) {
        return new CopyOptions(replaces, keepsPermissions, kept, keepsHoles, durability);
    }

    /**
     * {@return these options with or without the source's holes}
     *
     * @param kept whether the target has them; otherwise it has zeros there
     */
    public CopyOptions withHoles(boolean kept) {
        return new CopyOptions(replaces, keepsPermissions, keepsTimes, kept, durability);
    }

    /**
     * {@return these options with another promise}
     *
     * @param newDurability what is on the device at the end
     */
    public CopyOptions withDurability(Durability newDurability) {
        return new CopyOptions(replaces, keepsPermissions, keepsTimes, keepsHoles, newDurability);
    }

    CopyPlan plan() {
        return new CopyPlan(replaces, keepsPermissions, keepsTimes, keepsHoles, durability.sync());
    }
}
