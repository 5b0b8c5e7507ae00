package io.fluxring.reactor.file;

import io.fluxring.core.sys.Libc;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** How a file gets another name. Both are of the kernel, and neither has a moment in between. */
public enum RenameOption {
    /** Fails with a {@link io.fluxring.reactor.error.ConflictException} where the new name exists, instead of replacing it. */
    NO_REPLACE(Libc.RENAME_NOREPLACE),
    /** Swaps two names, both of which exist. */
    EXCHANGE(Libc.RENAME_EXCHANGE);

    private final int flag;

    RenameOption(int flag) {
        this.flag = flag;
    }

    /** The flags of {@code renameat2(2)}, which knows no two of them together. */
    static int flags(RenameOption... options) {
        Set<RenameOption> all = EnumSet.noneOf(RenameOption.class);
        Collections.addAll(all, options);
        if (all.size() > 1) {
            throw new IllegalArgumentException("of names that are swapped both exist: " + all);
        }
        return all.stream().mapToInt(option -> option.flag).sum();
    }
}
